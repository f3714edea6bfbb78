import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Site } from './site.ts';
import { seriousFindings, visits } from './visit.ts';

describe('mappings in a browser', function () {
  this.timeout(60_000);
  const visit = visits();

  const preview = (page: Page) => page.getByRole('complementary', { name: 'Preview' });
  const saved = (site: Site, name: string) => site.ports.configuration.entry('mappings', name).entry;

  /** Moves the focus by the key alone until it is on what is wanted. */
  async function tabTo(page: Page, wanted: string): Promise<void> {
    for (let presses = 0; presses < 90; presses += 1) {
      const focused = await page.evaluate(() => {
        const at = document.activeElement;
        const labels = at instanceof HTMLInputElement || at instanceof HTMLSelectElement ? at.labels : null;
        return labels?.[0]?.textContent ?? at?.textContent ?? '';
      });
      if (focused.startsWith(wanted)) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`the keyboard does not lead to ${wanted}`);
  }

  it('tells of each what goes where, and how that stands', async () => {
    const { page } = await visit.open({ hash: '#/mappings' });
    const row = page.getByRole('row', { name: /^shop / });

    await row.getByText('workloads in shop of prod-a').waitFor();
    await row.getByText('→ external EPGs in k8s/calico on dc1').waitFor();
    await row.getByText(/14 guard/).waitFor();
  });

  it('says what to do first when there is none', async () => {
    const { page } = await visit.open({ hash: '#/mappings', world: { empty: true } });

    await page.getByText('No mapping yet').waitFor();
    await page.getByText('First connect where addresses come from').waitFor();
  });

  it('adds a mapping by keyboard alone, in mode report, and saves it short', async () => {
    const { site, page } = await visit.open({ hash: '#/mappings/new' });
    await page.getByText('A new mapping only reports').waitFor();

    const typing: readonly (readonly [string, string])[] = [
      ['Name of the mapping', 'mail'],
      ['In namespaces optional', 'mail,'],
      ['Tenant', 'k8s'],
      ['L3Out', 'calico'],
      ['Provides contracts', 'web,'],
    ];
    for (const [label, text] of typing) {
      await tabTo(page, label);
      await page.keyboard.type(text);
      if (label === 'Name of the mapping') {
        await tabTo(page, 'prod-a');
        await page.keyboard.press('Space');
      }
    }
    await preview(page).getByText('prod-a_mail_web').first().waitFor();
    await tabTo(page, 'Save');
    await page.keyboard.press('Enter');
    await page.getByText('mail was saved').waitFor();

    assert.deepEqual(saved(site, 'mail'), {
      name: 'mail',
      mode: 'report',
      from: { kind: 'workload', clusters: ['prod-a'], namespaces: { names: ['mail'] } },
      to: {
        externalEpg: {
          fabric: 'dc1',
          name: '{cluster}_{namespace}_{workload}',
          tenant: 'k8s',
          l3out: 'calico',
          contracts: { provide: ['web'] },
        },
      },
    });
  });

  it('shows what would be written and who could not talk any more', async () => {
    const { page } = await visit.open({ hash: '#/mappings/shop' });
    const panel = preview(page);

    await panel.getByText('These could talk today and could not after').waitFor();
    await panel.getByText('prod-a_shop_web and ldap may talk today').waitFor();
    await panel
      .getByRole('row', { name: /prod-a_shop_api/ })
      .getByText('would be made')
      .waitFor();
  });

  it('says what is missing while it is written, and at the field once one tries to save', async () => {
    const { page } = await visit.open({ hash: '#/mappings/shop' });
    await preview(page).getByText('target objects').first().waitFor();
    await page.route('**/mappings/preview', (route) =>
      route.fulfill({
        json: {
          faults: [
            { path: 'mappings[0].to.externalEpg.tenant', found: 'nothing', expected: 'an ACI tenant name' },
          ],
          groups: 0,
          addresses: 0,
          targets: [],
          total: 0,
          changes: [],
          problems: [],
          cutOff: [],
        },
      }),
    );
    const tenant = page.getByLabel('Tenant');

    await tenant.fill('');
    await preview(page).getByText('1 thing to fill in or correct').waitFor();
    await preview(page).getByText('prod-a_shop_web').first().waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('1 thing to correct').waitFor();
    await page.getByRole('group', { name: 'What is wrong' }).getByRole('button').click();

    assert.equal(await tenant.evaluate((node) => node === document.activeElement), true);
    assert.equal(await tenant.getAttribute('aria-invalid'), 'true');
  });

  it('renders the name of a group while it is typed, and follows the grouping', async () => {
    const { page } = await visit.open({ hash: '#/mappings/new' });
    await preview(page).getByText('target objects').first().waitFor();
    const name = page.getByRole('textbox', { name: 'Name', exact: true });

    await page.getByLabel('One target object for').selectOption('each namespace');
    assert.equal(await name.inputValue(), '{cluster}_{namespace}');
    await name.fill('{cluster}-{workload}');

    await page.getByText('{workload} does not follow from how it is grouped').waitFor();
  });

  it('takes away what says nothing for another kind, and brings it back', async () => {
    const { page } = await visit.open({ hash: '#/mappings/shop' });
    await page.getByRole('radio', { name: 'Learned endpoints' }).check();
    await page.getByText('Learned endpoints are in an EPG of the fabric already.').waitFor();

    await page.getByRole('radio', { name: 'Workloads', exact: true }).check();

    await page.getByRole('button', { name: 'Remove shop from In namespaces' }).waitFor();
    assert.equal(await page.getByLabel('prod-a').isChecked(), true);
  });

  it('shows the entry as YAML', async () => {
    const { page } = await visit.open({ hash: '#/mappings/shop' });

    await page.getByText('As YAML').click();

    const yaml = await page.getByRole('region', { name: 'The mapping as YAML' }).innerText();
    assert.match(yaml, /^name: shop\nmode: full\nfrom:\n {2}kind: workload/);
  });

  it('lets a mapping go only after showing what that would write', async () => {
    const { site, page } = await visit.open({ hash: '#/mappings' });

    await page.getByLabel('Mode of inspect').selectOption('full');
    const dialog = page.getByRole('dialog', { name: 'inspect: mode full' });
    await dialog.getByText('3 groups with 15 addresses').waitFor();
    assert.equal(saved(site, 'inspect')['mode'], 'report');
    await dialog.getByRole('button', { name: 'Let it write' }).click();
    await page.getByText('inspect is in mode full').waitFor();

    assert.equal(saved(site, 'inspect')['mode'], 'full');
  });

  it('begins a copy in mode report, without a name', async () => {
    const { page } = await visit.open({ hash: '#/mappings' });

    await page.getByRole('link', { name: 'Duplicate shop' }).click();

    await page.getByRole('heading', { level: 1, name: 'Add a mapping' }).waitFor();
    await page.getByRole('button', { name: 'Remove shop from In namespaces' }).waitFor();
    assert.equal(await page.getByLabel('Name of the mapping').inputValue(), '');
    assert.equal(await page.getByRole('radio', { name: 'Report', exact: true }).isChecked(), true);
  });

  it('removes a mapping after saying what that means', async () => {
    const { page } = await visit.open({ hash: '#/mappings' });

    await page.getByRole('button', { name: 'Remove edge' }).click();
    await page.getByText('Nothing is deleted by this').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();

    await page.getByRole('row', { name: /^edge / }).waitFor({ state: 'detached' });
  });

  it('lets the second of two admins take what the first one saved', async () => {
    const { site, page, complaints } = await visit.open({ hash: '#/mappings/shop' });
    await page.getByLabel('Tenant').fill('mine');
    const { entry, tag } = site.ports.configuration.entry('mappings', 'shop');
    const by = { name: 'bob', role: 'admin', via: 'local' } as const;
    await site.ports.configuration.put(
      'mappings',
      { ...entry, mode: 'add-only' },
      { name: 'shop', condition: { tag }, by },
    );

    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'shop was changed meanwhile' });
    await dialog.getByText('add-only').waitFor();
    await dialog.getByText('mine', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Take theirs' }).click();

    assert.equal(await page.getByLabel('Tenant').inputValue(), 'k8s');
    assert.equal(await page.getByRole('radio', { name: 'Add only' }).isChecked(), true);
    // The browser itself tells of the 412.
    complaints.splice(0);
  });

  it('shows everything and takes nothing where one may only look', async () => {
    const { page } = await visit.open({ hash: '#/mappings/shop', world: { anonymous: 'operator' } });
    await page.getByText('takes the role admin; you are here as operator').first().waitFor();

    assert.equal(await page.getByLabel('Tenant').getAttribute('readonly'), '');
    assert.equal(await page.getByRole('radio', { name: 'Report', exact: true }).isDisabled(), true);
    await preview(page).getByText('prod-a_shop_web').first().waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const)
    it(`has nothing that axe finds serious, in ${colorScheme}`, async () => {
      const { page } = await visit.open({ hash: '#/mappings', colorScheme });
      await page.getByRole('row', { name: /^shop / }).waitFor();
      const found = [...(await seriousFindings(page))];
      await page.evaluate(() => (location.hash = '#/mappings/shop'));
      await preview(page).getByText('target objects').first().waitFor();
      await page.getByRole('checkbox', { name: 'Redirect policy (PBR)' }).check();
      await page.getByRole('checkbox', { name: 'Pool', exact: true }).check();
      await page.locator('details').evaluateAll((folds) => {
        for (const fold of folds) fold.setAttribute('open', '');
      });

      assert.deepEqual([...found, ...(await seriousFindings(page))], []);
    });
});
