import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { problem } from '../../backend/model/problems.ts';
import { dc1 } from '../support/report-world.ts';
import type { Site } from './site.ts';
import { seriousFindings, visits } from './visit.ts';
import { tell } from './story.ts';

const admin = { name: 'anonymous', role: 'admin', via: 'anonymous' } as const;
const kubeconfig = 'apiVersion: v1\nkind: Config\nclusters: []\n';

describe('sources and systems in a browser', function () {
  this.timeout(60_000);
  const visit = visits();

  const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true });

  /** Moves the focus by the key alone until it is on what is wanted. */
  async function tabTo(page: Page, isThere: (focused: string) => boolean): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      const focused = await page.evaluate(() => {
        const at = document.activeElement;
        if (at === null) return '';
        const label =
          at instanceof HTMLInputElement || at instanceof HTMLTextAreaElement ? at.labels?.[0] : undefined;
        return `${at.tagName} ${label?.textContent ?? at.getAttribute('aria-label') ?? at.textContent}`;
      });
      if (isThere(focused)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail('the keyboard does not lead there');
  }

  it('shows where each is, how it stands and what to do about a problem', async () => {
    const { site, page } = await visit.open({ hash: '#/systems' });
    await page.getByRole('article', { name: 'Cluster prod-a' }).getByText('10.1.1.10:6443').waitFor();

    site.fabric.problem = problem('fabric.unreachable', 'connect ECONNREFUSED 10.0.0.1:443');
    site.status.system(dc1, site.fabric);

    const fabric = page.getByRole('article', { name: 'Fabric (APIC) dc1' });
    await fabric.getByText('connect ECONNREFUSED').waitFor();
    await fabric.getByText('10.0.0.1 and 2 more').waitFor();
  });

  it('says what to do first when nothing is connected', async () => {
    const { page } = await visit.open({ hash: '#/systems', world: { empty: true } });

    await page.getByText('Nothing is connected yet').waitFor();
    await page.getByRole('link', { name: 'Add', exact: true }).click();
    await heading(page, 'What do you want to add?').waitFor();
  });

  it('adds a cluster from a kubeconfig by keyboard alone, and keeps its token sealed', async () => {
    const { site, page } = await visit.open({ hash: '#/systems/add' });
    await heading(page, 'What do you want to add?').waitFor();

    await tabTo(page, (focused) => focused.startsWith('INPUT') && focused.includes('Cluster'));
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await heading(page, 'Where it is, and how we sign in').waitFor();
    await tabTo(page, (focused) => focused.startsWith('TEXTAREA Kubeconfig'));
    await page.keyboard.insertText(kubeconfig);
    await tabTo(page, (focused) => focused === 'BUTTON Read the kubeconfig');
    await page.keyboard.press('Enter');
    await page.getByText('it gets its token by a command: aws').waitFor();
    await tabTo(page, (focused) => focused === 'INPUT Name');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('prod-c');
    await page.keyboard.press('Enter');
    await heading(page, 'Whose certificate it shows').waitFor();
    await page.getByText('CN=apic1').first().waitFor();
    await tabTo(page, (focused) => focused === 'BUTTON Next');
    await page.keyboard.press('Enter');
    await heading(page, 'What may come from it').waitFor();
    await tabTo(page, (focused) => focused === 'BUTTON Add 10.244.0.0/16 to Pods');
    await page.keyboard.press('Enter');
    await tabTo(page, (focused) => focused === 'BUTTON Next');
    await page.keyboard.press('Enter');
    await page.getByText('It works as it is.').waitFor();
    await tabTo(page, (focused) => focused === 'BUTTON Save');
    await page.keyboard.press('Enter');
    await page.getByRole('article', { name: 'Cluster prod-c' }).waitFor();

    const { entry } = site.ports.configuration.entry('clusters', 'prod-c');
    const text = JSON.stringify(entry);
    assert.deepEqual(entry['ranges'], { pods: ['10.244.0.0/16'] });
    assert.match(text, /"token":"secret:/);
    assert.doesNotMatch(text, /token-of-the-kubeconfig/);
  });

  it('puts the focus on the heading of each step, and keeps what was typed on the way back', async () => {
    const { page } = await visit.open({ hash: '#/systems/add?kind=fabric' });
    await page.getByLabel('Name').fill('dc2');
    await page.getByLabel('Controllers').fill('apic1.example.net');
    await page.getByLabel('Controllers').press('Enter');
    await page.getByLabel('User', { exact: true }).fill('kubesync');
    await page.getByLabel('Password').fill('hunter2-hunter2');
    await page.getByRole('button', { name: 'Next' }).click();

    await heading(page, 'Whose certificate it shows').waitFor();
    const focused = await page.evaluate(() => document.activeElement?.textContent);
    await page.getByRole('button', { name: 'Back' }).click();

    assert.equal(focused, 'Whose certificate it shows');
    assert.equal(await page.getByLabel('Name').inputValue(), 'dc2');
    assert.equal(await page.getByLabel('Password').inputValue(), 'hunter2-hunter2');
    await page.getByText('apic1.example.net').waitFor();
  });

  it('leads from what is missing to its field', async () => {
    const { page } = await visit.open({ hash: '#/systems/add?kind=haproxy' });

    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('2 things to correct').waitFor();
    await page.getByRole('button', { name: 'Runtime API', exact: true }).click();

    const socket = page.getByLabel('Runtime API');
    assert.equal(await socket.evaluate((node) => node === document.activeElement), true);
    assert.equal(await socket.getAttribute('aria-invalid'), 'true');
  });

  it('leads on by one button at the certificate', async () => {
    const { page } = await visit.open({ hash: '#/systems/add?kind=fabric' });
    await page.getByLabel('Name').fill('dc2');
    await page.getByLabel('Controllers').fill('apic1.example.net');
    await page.getByLabel('User', { exact: true }).fill('kubesync');
    await page.getByLabel('Password').fill('hunter2-hunter2');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('radio', { name: 'Trust exactly this certificate' }).check();
    await page.getByRole('button', { name: 'I compared it: this is it' }).waitFor();

    assert.deepEqual(await page.locator('.wizard-step .primary').allInnerTexts(), ['Next']);
  });

  it('goes on only once the certificate was confirmed, and saves what failed after a warning', async () => {
    const { site, page } = await visit.open({ hash: '#/systems/add?kind=bigip' });
    await page.getByLabel('Name').fill('bad-f5');
    await page.getByRole('textbox', { name: 'Address' }).fill('10.2.0.9');
    await page.getByLabel('User', { exact: true }).fill('kubesync');
    await page.getByLabel('Password').fill('hunter2-hunter2');
    const next = page.getByRole('button', { name: 'Next' });
    await next.click();
    await page.getByText('This machine does not trust it').waitFor();

    await next.click();
    await page.getByText('1 thing to correct').waitFor();
    await page.getByText('Trust exactly this certificate').click();
    await page.getByRole('button', { name: 'I compared it: this is it' }).click();
    await page.getByText('only the certificate with the fingerprint above is trusted').waitFor();
    await next.click();
    await page.getByText('It does not work yet.').waitFor();
    await page.getByText('Check name and password.').waitFor();
    const anyway = page.getByRole('button', { name: 'Save anyway…' });
    assert.doesNotMatch((await anyway.getAttribute('class')) ?? '', /primary/);
    await anyway.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Save anyway' }).click();
    await page.getByRole('article', { name: 'F5 BIG-IP bad-f5' }).waitFor();

    const { entry } = site.ports.configuration.entry('loadBalancers', 'bad-f5');
    assert.match(String(entry['pin']), /BEGIN CERTIFICATE/);
    assert.equal(entry['address'], 'https://10.2.0.9');
  });

  async function writeCluster(page: Page): Promise<void> {
    await page.getByLabel('API server').fill('https://10.1.1.10:6443');
    await page.getByLabel('Name', { exact: true }).fill('prod-c');
    await page.locator('input[type=password]').fill('a-token-of-prod-c');
    await page.getByRole('button', { name: 'Next' }).click();
    await heading(page, 'Whose certificate it shows').waitFor();
  }

  it('finds at each step what is wrong with its fields, before it goes on', async () => {
    const { page } = await visit.open({ hash: '#/systems/add?kind=cluster' });
    await writeCluster(page);
    const next = page.getByRole('button', { name: 'Next' });

    await page.getByText('Trust the CA that signed it').click();
    await page.getByLabel('CA certificate').fill('no certificate at all');
    await next.click();
    await page.getByText('1 thing to correct').waitFor();
    await page.getByRole('button', { name: 'CA certificate', exact: true }).click();
    const focused = await page.evaluate(() => document.activeElement?.id);
    await page
      .getByLabel('CA certificate')
      .fill('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----');
    await next.click();
    await heading(page, 'What may come from it').waitFor();
    await page.getByLabel('Pods', { exact: true }).fill('10.244.0.0');
    await next.click();

    await page.getByText('expected a prefix such as').first().waitFor();
    assert.equal(focused, 'cluster.ca');
    await heading(page, 'What may come from it').waitFor();
  });

  it('says of a cluster without prefixes that no address may come from it', async () => {
    const { page } = await visit.open({ hash: '#/systems/add?kind=cluster' });
    await writeCluster(page);
    await page.getByText('Trust the CA that signed it').click();
    await page
      .getByLabel('CA certificate')
      .fill('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----');
    const next = page.getByRole('button', { name: 'Next' });
    await next.click();
    await heading(page, 'What may come from it').waitFor();

    await next.click();

    await page.getByText('It can be read, but no address may come from it yet.').waitFor();
  });

  it('keeps a kubeconfig that was pasted on the way back', async () => {
    const { page } = await visit.open({ hash: '#/systems/add?kind=cluster' });
    await page
      .getByLabel(/^Kubeconfig/)
      .first()
      .fill(kubeconfig);
    await page.getByRole('button', { name: 'Read the kubeconfig' }).click();
    await page.getByText('it gets its token by a command: aws').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await heading(page, 'Whose certificate it shows').waitFor();

    await page.getByRole('button', { name: 'Back' }).click();

    assert.equal(
      await page
        .getByLabel(/^Kubeconfig/)
        .first()
        .inputValue(),
      kubeconfig,
    );
  });

  it('says when a name is taken', async () => {
    const { page, complaints } = await visit.open({ hash: '#/systems/add?kind=haproxy' });
    await page.getByLabel('Name').fill('lb1');
    await page.getByLabel('Runtime API').fill('tcp:127.0.0.1:9999');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('It works as it is.').waitFor();

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('another name: this one is taken').first().waitFor();

    // The browser itself tells of the 412 that was asked for.
    complaints.splice(0);
  });

  it('confirms another identity only after it was said to be on purpose', async () => {
    const { site, page } = await visit.open({ hash: '#/systems' });
    site.fabric.identity = '0f-3';
    site.fabric.problem = problem('fabric.identity', 'it is 0f-3 now, confirmed was fabric-1');
    site.status.system(dc1, site.fabric);
    const confirm = page.getByRole('button', { name: 'Confirm the new identity' });
    await page.getByRole('button', { name: 'It is the right one…' }).click();
    const told = await page.getByRole('dialog').getByRole('definition').allTextContents();
    assert.deepEqual(told, ['it is 0f-3 now, confirmed was fabric-1', '0f-3']);

    // Forced: it is there for the focus, and says that it is off.
    await confirm.click({ force: true });
    assert.deepEqual(site.ports.acted, []);
    await page.getByLabel('It was rebuilt, restored or replaced on purpose.').check();
    await confirm.click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    assert.deepEqual(site.ports.acted, ['anonymous confirmed 0f-3 as dc1']);
  });

  it('removes what no mapping names, and says which mappings name what it does not remove', async () => {
    const { site, page } = await visit.open({ hash: '#/systems' });
    await page.getByRole('button', { name: 'Remove prod-a' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'shop' }).waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('button', { name: 'Remove prod-b' }).click();
    await page.getByText('Nothing is deleted in the cluster').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('article', { name: 'Cluster prod-b' }).waitFor({ state: 'detached' });

    assert.deepEqual(
      site.ports.configuration.current().document.clusters.map(({ name }) => name),
      ['prod-a'],
    );
  });

  it('reads a system again', async () => {
    const { site, page } = await visit.open({ hash: '#/systems' });

    await page.getByRole('button', { name: 'Read again: dc1' }).click();
    await page.getByText('dc1 is read again').waitFor();

    assert.deepEqual(site.ports.acted, ['dc1 is read again']);
  });

  it('keeps the stored secret unless it is replaced', async () => {
    const { site, page } = await visit.open({ hash: '#/systems/fabrics/dc1' });
    const before = site.ports.configuration.entry('fabrics', 'dc1').entry;
    await page.getByText('Stored, sealed').waitFor();
    await page.getByLabel('User', { exact: true }).fill('other');

    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('dc1 was saved').waitFor();

    const { entry } = site.ports.configuration.entry('fabrics', 'dc1');
    assert.deepEqual(entry, {
      ...before,
      credentials: { username: 'other', password: 'secret:dc1-password' },
    });
  });

  it('tells the second of two admins what the first one changed', async () => {
    const { site, page, complaints } = await visit.open({ hash: '#/systems/fabrics/dc1' });
    await page.getByLabel('User', { exact: true }).fill('mine');
    await theirs(site);

    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'dc1 was changed meanwhile' });
    await dialog.getByText('bob').first().waitFor();
    await dialog.getByText('resync', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Put mine over it' }).click();
    await page.getByText('dc1 was saved').waitFor();

    const { entry } = site.ports.configuration.entry('fabrics', 'dc1');
    assert.deepEqual(
      [entry['resync'], (entry['credentials'] as { username: string }).username],
      [undefined, 'mine'],
    );
    // The browser itself tells of the 412.
    complaints.splice(0);
  });

  async function theirs({ ports: { configuration } }: Site): Promise<void> {
    const { entry, tag } = configuration.entry('fabrics', 'dc1');
    await configuration.put(
      'fabrics',
      { ...entry, resync: '5m' },
      { name: 'dc1', condition: { tag }, by: { ...admin, name: 'bob' } },
    );
  }

  it('asks neither where the APIC around it is nor how it is trusted', async () => {
    const { site, page } = await visit.open({ hash: '#/systems' });
    const { configuration } = site.ports;
    const { tag } = configuration.entry('fabrics', 'dc1');
    const around = { name: 'dc1', appCenter: true };
    await configuration.put('fabrics', around, { name: 'dc1', condition: { tag }, by: admin });

    await page.goto(page.url().replace('#/systems', '#/systems/fabrics/dc1'));
    await page.getByText('The APIC that this app is installed on').waitFor();

    assert.equal(await page.getByLabel('User', { exact: true }).count(), 0);
    assert.equal(await page.getByRole('region', { name: 'Whose certificate it shows' }).count(), 0);
    await page.getByText('More: right as it is for most').click();
    await page.getByLabel('Read as a whole every').fill('5m');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('dc1 was saved').waitFor();
    assert.deepEqual(configuration.entry('fabrics', 'dc1').entry, { ...around, resync: '5m' });
  });

  it('asks before what was typed is left behind', async () => {
    const { page } = await visit.open({ hash: '#/systems/fabrics/dc1' });
    await page.getByLabel('User', { exact: true }).fill('other');
    const plan = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Plan' });

    await plan.click();
    await page
      .getByRole('dialog', { name: 'Leave without saving?' })
      .getByRole('button', { name: 'Cancel' })
      .click();
    assert.equal(await page.getByLabel('User', { exact: true }).inputValue(), 'other');
    await plan.click();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();

    await page.getByRole('heading', { level: 1, name: 'Plan' }).waitFor();
  });

  it('shows everything and takes nothing where the configuration is a file', async () => {
    const { page } = await visit.open({
      hash: '#/systems/fabrics/dc1',
      world: { readOnly: '/etc/aci-kube-sync.yaml' },
    });
    await page.getByText('the configuration is read from /etc/aci-kube-sync.yaml').first().waitFor();

    const user = page.getByLabel('User', { exact: true });
    assert.equal(await user.getAttribute('readonly'), '');
    assert.equal(await page.getByRole('button', { name: /^Save/ }).getAttribute('aria-disabled'), 'true');
  });

  it('lets a viewer look, and says what it takes', async () => {
    const { page } = await visit.open({ hash: '#/systems', world: { anonymous: 'viewer' } });

    await page.getByText('takes the role admin; you are here as viewer').first().waitFor();
    assert.equal(
      await page.getByRole('button', { name: /^Remove dc1/ }).getAttribute('aria-disabled'),
      'true',
    );
  });

  for (const colorScheme of ['light', 'dark'] as const)
    it(`has nothing that axe finds serious, in ${colorScheme}`, async () => {
      const { site, page } = await visit.open({ hash: '#/systems', colorScheme, feed: tell });
      site.fabric.identity = '0f-3';
      site.fabric.problem = problem('fabric.identity', 'it is 0f-3 now, confirmed was fabric-1');
      site.status.system(dc1, site.fabric);
      await page.getByRole('button', { name: 'It is the right one…' }).waitFor();
      const found = [...(await seriousFindings(page))];
      await page.evaluate(() => (location.hash = '#/systems/add?kind=cluster'));
      await page.getByText('No user for us in that cluster yet').click();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('things to correct').waitFor();
      found.push(...(await seriousFindings(page)));
      await page.evaluate(() => (location.hash = '#/systems/clusters/prod-a'));
      await page.getByRole('button', { name: 'Test it' }).click();
      await page.getByText('It works as it is.').waitFor();
      await page.locator('details').evaluateAll((folds) => {
        for (const fold of folds) fold.setAttribute('open', '');
      });

      assert.deepEqual([...found, ...(await seriousFindings(page))], []);
    });
});
