/** From a mapping that only reports to one that is in step, and what then happens in the cluster. */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Played } from './played.ts';
import { goTo, heading, targetRow } from './places.ts';
import { until } from './stage.ts';

const epg = 'prod-a_shop_web';

export function deployShop({ stage: { cluster } }: Played): Promise<void> {
  cluster.deployment('shop', 'web', 3);
  cluster.deployment('mail', 'imap', 2);
  return cluster.settled();
}

const preview = (page: Page) => page.getByRole('complementary', { name: 'Preview' });

/** The preview follows each thing that is written. */
export async function writeMapping(played: Played): Promise<void> {
  const { stage, visitor, hands } = played;
  const { page } = visitor;
  await goTo(played, 'Mappings');
  await hands.press(page.getByRole('link', { name: 'Add a mapping' }));
  await heading(page, 'Add a mapping').waitFor();
  await hands.write(page.getByLabel('Name of the mapping'), 'shop');
  await hands.check(page.getByRole('checkbox', { name: 'prod-a' }));
  await hands.write(page.getByLabel(/^In namespaces optional/), 'shop');
  await hands.write(page.getByLabel('Tenant'), 'k8s');
  await hands.write(page.getByLabel('L3Out'), 'calico');
  await hands.write(page.getByLabel(/^Provides contracts/), 'web');
  await preview(page).getByText(epg, { exact: true }).first().waitFor();
  await hands.check(page.getByRole('checkbox', { name: 'Pool', exact: true }));
  const pool = page.getByRole('region', { name: 'Pool' });
  await hands.write(pool.getByLabel('Partition'), 'k8s');
  await hands.write(pool.getByLabel('Port', { exact: true }), '8080');
  await preview(page)
    .getByRole('row', { name: /Pool on f5/ })
    .waitFor();
  await visitor.accessible('a mapping with its preview');
  await hands.press(page.getByRole('button', { name: 'Save', exact: true }));
  await page.getByText('shop was saved').waitFor();
  assert.deepEqual(stage.prefixes(epg), []);
}

/** In mode report the plan says what would be done, and nothing is. */
export async function readPlan(played: Played): Promise<void> {
  const { stage, visitor } = played;
  const { page } = visitor;
  await goTo(played, 'Plan');
  for (const system of ['dc1', 'f5']) {
    const plan = page.getByRole('article', { name: `Plan of shop on ${system}` });
    await plan.getByText('report', { exact: true }).first().waitFor();
    await plan.getByText('The mapping only reports').first().waitFor();
  }
  await visitor.accessible('a plan in mode report');
  assert.deepEqual([stage.prefixes(epg), stage.deleted], [[], []]);
}

export async function goToFull(played: Played): Promise<void> {
  const { visitor, hands } = played;
  const { page } = visitor;
  await goTo(played, 'Mappings');
  await visitor.accessible('mappings');
  await hands.choose(page.getByLabel('Mode of shop'), 'full');
  const dialog = page.getByRole('dialog', { name: 'shop: mode full' });
  await dialog.getByText(/\d+ groups? with/).waitFor();
  await visitor.accessible('the question before mode full');
  await hands.press(dialog.getByRole('button', { name: 'Let it write' }));
  await page.getByText('shop is in mode full').waitFor();
}

/** The first plan waits for somebody who has looked at it; from then on the page follows by itself. */
export async function letItGo(played: Played): Promise<void> {
  const { visitor, hands } = played;
  const { page } = visitor;
  await goTo(played, 'Plan');
  const plan = page.getByRole('article', { name: 'Plan of shop on dc1' });
  await visitor.accessible('a first plan');
  await hands.press(plan.getByRole('button', { name: 'Let it go…' }));
  const dialog = page.getByRole('dialog', { name: 'Let the first plan of shop go?' });
  await dialog.getByText('6 addresses added').first().waitFor();
  await visitor.accessible('the question before a first plan');
  await hands.press(dialog.getByRole('button', { name: 'Let it go', exact: true }));
  await page.getByText('Nothing to do', { exact: true }).waitFor();
  await goTo(played, 'Overview');
  await inStep(played, 3);
  await visitor.accessible('an overview with something in step');
}

export async function scale(played: Played, replicas: number): Promise<void> {
  const { cluster } = played.stage;
  cluster.scale('shop', 'web', replicas);
  await cluster.settled();
  await inStep(played, replicas);
}

/** What the page says, and what stands on the fabric and on the BIG-IP. */
export async function inStep({ stage, visitor: { page } }: Played, replicas: number): Promise<void> {
  for (const kind of ['External EPG', 'Pool']) {
    const row = targetRow(page, kind, epg);
    await row
      .getByRole('cell', { name: String(replicas * 2), exact: true })
      .nth(1)
      .waitFor();
    await row.getByText('In step').waitFor();
  }
  await until('the addresses of the pods on both', () => {
    const pods = stage.podAddresses('shop', 'web-');
    const prefixes = stage.prefixes(epg).filter((each) => !each.includes(':'));
    const members = stage.members(epg).map((each) => each.replace(/:8080$/, ''));
    return (
      JSON.stringify(prefixes) === JSON.stringify(pods.map((each) => `${each}/32`).sort()) &&
      members.filter((each) => pods.includes(each)).length === pods.length
    );
  });
}
