/** From the first start to systems that are connected. */
import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import type { Locator, Page } from 'playwright-core';
import type { Played } from './played.ts';
import { heading, linkOfPages, next } from './places.ts';

export const password = 'a-password-of-the-story';

/** Nobody can sign in yet: the code of the log makes the first administrator. */
export async function claim({ stage, visitor, hands }: Played): Promise<void> {
  const { page } = visitor;
  await page.getByRole('heading', { name: 'Make the first administrator' }).waitFor();
  await visitor.accessible('the first start');
  await hands.write(page.getByLabel('One-time code'), await stage.claimCode());
  await hands.write(page.getByLabel('User name'), 'ada');
  await hands.write(page.getByLabel('Password', { exact: true }), password);
  await hands.write(page.getByLabel('Password again'), password);
  await hands.press(page.getByRole('button', { name: /Make the administrator/ }));
  await heading(page, 'Overview').waitFor();
}

const empty: readonly (readonly [link: string, title: string, words: string])[] = [
  ['Sources & systems', 'Sources and systems', 'Add the fabric first, then a cluster'],
  ['Mappings', 'Mappings', 'First connect where addresses come from'],
  ['Plan', 'Plan', 'No plan yet'],
  ['Addresses', 'Addresses', 'No address yet'],
  ['History', 'History', 'ada'],
  ['Settings', 'Settings', 'Settings'],
];

/** Every page says what to do first. */
export async function lookAround({ visitor, hands }: Played): Promise<void> {
  const { page } = visitor;
  await page.getByRole('heading', { name: 'Nothing to keep in step yet' }).waitFor();
  await visitor.accessible('an empty overview');
  for (const [link, title, words] of empty) {
    await hands.press(linkOfPages(page, link));
    await heading(page, title).waitFor();
    await page.getByRole('main').getByText(words).first().waitFor();
    await visitor.accessible(`an empty page ${title}`);
  }
  await hands.press(linkOfPages(page, 'Overview'));
}

export async function addFabric(played: Played): Promise<void> {
  const { stage, visitor, hands } = played;
  const { page } = visitor;
  await hands.press(page.getByRole('link', { name: 'Add a fabric' }));
  await heading(page, 'Add a fabric').waitFor();
  await hands.write(page.getByLabel('Name', { exact: true }), 'dc1');
  await hands.write(page.getByLabel('Controllers'), stage.fabric.url);
  await hands.write(page.getByLabel('User', { exact: true }), stage.fabric.username);
  await hands.write(page.getByLabel('Password'), stage.fabric.password);
  await visitor.accessible('how to sign in at a fabric');
  await next(played);
  await confirmCertificate(played, stage.fabric.url);
  await testAndSave(played, 'Fabric (APIC) dc1');
}

export async function addCluster(played: Played): Promise<void> {
  const { stage, visitor, hands } = played;
  const { page } = visitor;
  await hands.press(linkOfPages(page, 'Overview'));
  await hands.press(
    page.getByRole('region', { name: 'First steps' }).getByRole('link', { name: 'Add a cluster' }),
  );
  await hands.write(page.getByLabel('Kubeconfig'), stage.cluster.kubeconfig('reader'));
  await hands.press(page.getByRole('button', { name: /^Read the kubeconfig/ }));
  await page.getByText('Server, CA and credentials were taken from prod-a').waitFor();
  assert.equal(await page.getByLabel('API server').inputValue(), stage.cluster.url);
  await hands.write(page.getByLabel('Name', { exact: true }), 'prod-a');
  await visitor.accessible('how to sign in at a cluster');
  await next(played);
  await page.getByRole('heading', { name: 'Whose certificate it shows' }).waitFor();
  await fingerprintOf(page).waitFor();
  await next(played);
  await page.getByRole('heading', { name: 'What may come from it' }).waitFor();
  for (const prefix of ['10.244.0.0/22', 'fd00:10:244::/62'])
    await hands.press(page.getByRole('button', { name: `Add ${prefix} to Pods` }));
  await hands.write(page.getByLabel(/^Load-balancer addresses of Services/), '192.168.5.0/24');
  await visitor.accessible('what may come from a cluster');
  await next(played);
  await testAndSave(played, 'Cluster prod-a');
}

export async function addBalancer(played: Played): Promise<void> {
  const { stage, visitor, hands } = played;
  const { page } = visitor;
  await hands.press(page.getByRole('link', { name: 'Add', exact: true }));
  await chooseKind(played, 'F5 BIG-IP');
  await hands.write(page.getByLabel('Name', { exact: true }), 'f5');
  await hands.write(page.getByRole('textbox', { name: 'Address' }), stage.bigip.url);
  await hands.write(page.getByLabel('User', { exact: true }), stage.bigip.username);
  await hands.write(page.getByLabel('Password'), stage.bigip.password);
  await next(played);
  await confirmCertificate(played, stage.bigip.url);
  await testAndSave(played, 'F5 BIG-IP f5');
}

async function chooseKind(played: Played, title: string): Promise<void> {
  const { visitor, hands } = played;
  await heading(visitor.page, 'Add a source or system').waitFor();
  await visitor.accessible('what to add');
  await hands.check(visitor.page.getByRole('radio', { name: title }));
  await next(played);
}

function fingerprintOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Certificate of the server' }).locator('.fingerprint');
}

/** Compared with what the server itself shows, as a person would. */
async function confirmCertificate(played: Played, url: string): Promise<void> {
  const { stage, visitor, hands } = played;
  const { page } = visitor;
  await page.getByRole('heading', { name: 'Whose certificate it shows' }).waitFor();
  assert.equal(await fingerprintOf(page).innerText(), await fingerprintAt(url, stage.fabric.caPem));
  await hands.check(page.getByRole('radio', { name: 'Trust exactly this certificate' }));
  await visitor.accessible('whose certificate it is');
  await hands.press(page.getByRole('button', { name: 'I compared it: this is it' }));
  await page.getByText('only the certificate with the fingerprint above is trusted').waitFor();
  await next(played);
}

function fingerprintAt(url: string, ca: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

async function testAndSave({ visitor, hands }: Played, name: string): Promise<void> {
  const { page } = visitor;
  await page.getByText('It works as it is.').waitFor();
  await visitor.accessible(`the test of ${name}`);
  await hands.press(page.getByRole('button', { name: 'Save', exact: true }));
  await page.getByRole('article', { name }).getByText('Synced').waitFor();
}
