import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { seriousFindings, visits } from './visit.ts';
import { f5 } from '../support/report-world.ts';
import { firstContact, shop } from './story.ts';

const nobody = { anonymous: null } as const;
/** The browser itself tells of every refusal that was asked for. */
const refusals = (complaints: string[]): void => void complaints.splice(0);

describe('the application in a browser', function () {
  this.timeout(60_000);
  const visiting = visits();
  const open: typeof visiting.open = (options) => visiting.open(options);
  const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });

  async function signIn(page: Page, name: string): Promise<void> {
    await page.getByLabel('User name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(`${name}-password`);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  it('lets the first administrator in by the code of the log, and says plainly when it is another', async () => {
    const { page, complaints } = await open({ hash: '#/', world: { ...nobody, unclaimed: true } });
    await page.getByLabel('One-time code').fill('wrong');
    await page.getByLabel('Password', { exact: true }).fill('a long password');
    await page.getByLabel('Password again').fill('another password');
    await page.getByRole('button', { name: /Make the administrator/ }).click();
    await page.getByText('The two passwords differ').waitFor();

    await page.getByLabel('Password again').fill('a long password');
    await page.getByRole('button', { name: /Make the administrator/ }).click();
    await page.getByText('the code is not the one of the log').waitFor();
    await page.getByLabel('One-time code').fill('claim-code');
    await page.getByRole('button', { name: /Make the administrator/ }).click();

    await heading(page, 'Overview').waitFor();
    refusals(complaints);
  });

  it('signs in and out, and keeps what was typed when a session ends meanwhile', async () => {
    const { site, page, complaints } = await open({ hash: '#/settings/rules', world: nobody });
    await page.getByLabel('As', { exact: true }).selectOption('Local administrator');
    await signIn(page, 'admin');
    const window = page.getByLabel('Window');
    await window.fill('3h');

    site.ports.access.endSessions();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('dialog', { name: 'Sign in to go on' }).waitFor();
    await signIn(page, 'admin');

    await page.getByText('The settings are saved and in force.').waitFor();
    assert.equal(await window.inputValue(), '3h');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    refusals(complaints);
  });

  it('moves the focus to the page one goes to, and names the document after it', async () => {
    const { page } = await open({ hash: '#/' });

    await page.getByRole('link', { name: 'History' }).click();
    await heading(page, 'History').waitFor();

    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'History');
    assert.equal(await page.title(), 'History · aci-kube-sync');
  });

  it('finds an address from everywhere by a key, and shows its chain to the target', async () => {
    const { page } = await open({ hash: '#/plan' });
    await heading(page, 'Plan').waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('10.244.0.12');
    await page.keyboard.press('Enter');

    await heading(page, '10.244.0.12').waitFor();
    const chain = page.getByRole('list', { name: 'From the address to where it stands' });
    await chain.getByText('for prod-a/shop/web').waitFor();
    await chain.getByRole('button', { name: 'prod-a_shop_web' }).click();
    await page.getByRole('complementary').getByText('10.244.0.12/32').waitFor();
  });

  it('approves exactly what was looked at, and says when something else waits by then', async () => {
    const { site, page } = await open({ hash: '#/plan' });
    await page.getByRole('button', { name: 'Approve…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Approve what waits in shop?' });
    await dialog.getByText('14 addresses removed').waitFor();

    await dialog.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('status', { name: 'What was done' }).getByText(/shop/).waitFor();
    await page.getByRole('button', { name: 'Refuse…' }).click();
    const refusing = page.getByRole('dialog', { name: 'Refuse what waits in shop?' });
    await refusing.getByLabel('Reason').fill('not today');
    site.status.report(site.fabric.run({ changes: [], mappings: [shop] }));

    await refusing.getByText('What you looked at does not wait any more.').waitFor();
    assert.match(site.ports.acted.join(), /c0ffee12/);
  });

  it('lets no first plan go while a system is awaited, and says which', async () => {
    const { site, page } = await open({ hash: '#/plan', feed: firstContact });
    site.unseen.add(f5);
    site.status.touch();
    const button = page.getByRole('button', { name: /^Let it go/ });
    const reason = page.getByText('It waits for a whole plan on f5-edge');
    await reason.waitFor();

    const off = await button.getAttribute('aria-disabled');
    const name = await button.innerText();
    const findings = await seriousFindings(page);
    site.unseen.clear();
    site.status.touch();
    await reason.waitFor({ state: 'detached' });

    assert.equal(off, 'true');
    assert.match(name, /waits for a whole plan on f5-edge/);
    assert.deepEqual(findings, []);
    assert.equal(await button.getAttribute('aria-disabled'), 'false');
  });

  it('lets a viewer look, and says why they may not approve', async () => {
    const { page } = await open({ hash: '#/plan', world: { anonymous: 'viewer' } });

    const button = page.getByRole('button', { name: /^Approve/ });
    await button.waitFor();

    assert.equal(await button.getAttribute('aria-disabled'), 'true');
    assert.match((await button.getAttribute('title')) ?? '', /takes the role operator/);
  });

  it('sorts, narrows and pages through addresses by its own address', async () => {
    const { page } = await open({ hash: '#/addresses?source=prod-b' });
    await page.getByText('1–100 of 334').waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByText('101–200 of 334').waitFor();

    await page.getByRole('button', { name: 'Node' }).click();
    await page.getByText('1–100 of 334').waitFor();
    await page.getByLabel('Search addresses').fill('10.244.0.12');

    await page.getByText(/^1–\d+ of \d$/).waitFor();
    assert.match(page.url(), /#\/addresses\?source=prod-b&sort=node&search=10\.244\.0\.12$/);
  });

  for (const { hash, column, cell } of [
    { hash: '#/addresses', column: 'State', cell: 'td:nth-child(3)' },
    { hash: '#/history', column: 'Why', cell: 'td:nth-child(5) > span' },
  ])
    it(`shows the whole of ${column} at the smaller width of ${hash}`, async () => {
      const { page } = await open({ hash });
      const cells = page.locator(`tbody tr[data-key] ${cell}`);
      await cells.first().waitFor();
      const words = column === 'State' ? 'terminating' : 'pod prod-a/monitoring/prometheus-7d9c8b6f5d-x2kqz';

      const cut = await cells.first().evaluate((node, text) => {
        (node.querySelector('.status > span') ?? node).textContent = text;
        return node.scrollWidth > node.clientWidth || node.scrollHeight > node.clientHeight;
      }, words);

      assert.equal(cut, false);
    });

  it('reads older history when one comes to its end, and gives it as CSV', async () => {
    const { page } = await open({ hash: '#/history' });
    await page.getByText('The newest 100').waitFor();

    await page
      .getByRole('region', { name: 'Table of what was' })
      .evaluate((region) => (region.scrollTop = 1e6));
    await page.getByText('The newest 200').waitFor();
    await page.getByRole('button', { name: 'As CSV…' }).click();

    const text = await page.getByLabel('What is shown, as CSV').getByRole('textbox').inputValue();
    assert.equal(text.split('\n').length, 201);
  });

  it('says of each act how whoever did it was known', async () => {
    const { page } = await open({ hash: '#/history?kind=act' });

    const row = page.getByRole('row', { name: 'approve mapping shop' }).first();
    await row.getByText('command line of the server').waitFor();
    const other = page.getByRole('row', { name: 'save mapping billing' }).first();
    await other.getByText('user of a fabric, 10.0.0.7').waitFor();
    await row.getByRole('button', { name: 'approve mapping shop' }).click();

    await page.getByRole('dialog').getByText('command line of the server').waitFor();
  });

  it('works through one path that takes envelopes, polling', async () => {
    const { site, page } = await open({ hash: '#/', world: nobody });
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).pathname));

    await page.goto(`${site.url}?transport=envelope#/addresses`);
    await signIn(page, 'viewer');
    await page.getByText('1–100 of 1,000').waitFor();

    await page.getByText('Polling').waitFor();
    assert.deepEqual(
      [...asked].filter((path) => path.includes('/api/')),
      [],
    );
  });

  const places = [
    '',
    'plan',
    'addresses',
    'addresses/10.244.0.12',
    'history',
    'settings/rules',
    'settings/document',
    'settings/versions',
    'settings/tokens',
    'settings/account',
    'settings/about',
  ];
  for (const colorScheme of ['light', 'dark'] as const)
    it(`has nothing that axe finds serious on any page, in ${colorScheme}`, async () => {
      const { page } = await open({ hash: '#/', colorScheme });
      const found: string[] = [];
      for (const place of places) {
        await page.evaluate((hash) => (location.hash = hash), `#/${place}`);
        await page.waitForTimeout(250);
        found.push(...(await seriousFindings(page)).map((fault) => `${place}: ${fault}`));
      }

      assert.deepEqual(found, []);
    });

  const area = (page: Page) => page.getByLabel('Document, as YAML or JSON');
  const outcome = (page: Page) => page.getByRole('group', { name: 'What it would change' });

  it('shows what another document would do before it is put in place', async () => {
    const { site, page } = await open({ hash: '#/settings/document' });
    const text = site.ports.configuration.exported();
    await area(page).fill(
      text.replace('- name: prod-b', '- name: prod-c').replace(/mode: full/, 'mode: report'),
    );

    await page.getByRole('button', { name: 'See what it changes' }).click();

    const told = outcome(page).getByRole('region', { name: 'What that does' });
    await told.getByText(/1 cluster added, 1 cluster removed/).waitFor();
    await told.getByText('is not connected any more').waitFor();
    await told.getByText('It would do, and does not yet').waitFor();
    assert.deepEqual(await seriousFindings(page), []);
  });

  it('tells the first slip alone of what is no YAML', async () => {
    const { page } = await open({ hash: '#/settings/document' });
    await area(page).fill('version: 1\nfabrics:\n\t- name: x\n\t  a: b\n');

    await page.getByRole('button', { name: 'See what it changes' }).click();

    await outcome(page).getByText('It is no YAML').waitFor();
    assert.equal(
      (await outcome(page)
        .getByText(/line \d+/)
        .count()) > 0,
      true,
    );
  });
});
