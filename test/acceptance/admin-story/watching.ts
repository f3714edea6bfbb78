/** What an administrator asks of something that works, and sees when a part of it is lost. */
import assert from 'node:assert/strict';
import type { Played } from './played.ts';
import { goTo, heading, targetRow } from './places.ts';
import { inStep } from './working.ts';

const epg = 'prod-a_shop_web';

export async function findAddress(played: Played): Promise<void> {
  const { stage, visitor, hands } = played;
  const { page } = visitor;
  const [address = ''] = stage.podAddresses('shop', 'web-');
  await hands.write(page.getByRole('searchbox', { name: 'Search an address' }), address);
  await page.keyboard.press('Enter');
  await heading(page, address).waitFor();
  const chain = page.getByRole('list', { name: 'From the address to where it stands' });
  for (const words of ['shop/web', 'for prod-a/shop/web', 'External EPG', 'Pool'])
    await chain.getByText(words).first().waitFor();
  await page.getByText('Present wherever it is wanted.').waitFor();
  await page.getByRole('region', { name: 'History' }).getByRole('listitem').first().waitFor();
  await visitor.accessible('an address');

  await hands.press(chain.getByRole('button', { name: epg }).first());
  const drawer = page.getByRole('complementary');
  await drawer.getByText(`${address}/32`).first().waitFor();
  await visitor.accessible('a target object');
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });

  await goTo(played, 'Addresses');
  await hands.write(page.getByLabel('Search addresses'), address);
  await page.getByText(/^1–1 of 1$/).waitFor();
  await visitor.accessible('addresses');
  await goTo(played, 'History');
  await page.getByText(address).first().waitFor();
  await visitor.accessible('history');
  await goTo(played, 'Overview');
}

/** What is lost takes nothing away; what has happened meanwhile is taken up once it is back. */
export async function loseCluster(played: Played): Promise<void> {
  const { stage, visitor, hands } = played;
  const { page } = visitor;
  const { deleted } = stage;
  const before = deleted.length;
  stage.cluster.faults.set({ reset: 'everything' });
  await page.getByRole('row', { name: /^Cluster prod-a (Stale|Unknown)/ }).waitFor();
  await targetRow(page, 'External EPG', epg).getByRole('cell', { name: '12', exact: true }).first().waitFor();
  await visitor.accessible('an overview with a cluster lost');
  await goTo(played, 'Plan');
  await page.getByText('What prod-a contributed stays as it is').waitFor();
  assert.equal(stage.prefixes(epg).length, 12);
  assert.deepEqual(deleted.slice(before), []);

  // It comes back as one that has lost everything: that may be true, and is for a person to say.
  stage.cluster.compact();
  stage.cluster.faults.set({ reset: null, emptyLists: true, onlyResources: ['pods'] });
  const plan = page.getByRole('article', { name: 'Plan of shop on dc1' });
  await hands.press(plan.getByRole('button', { name: 'Refuse…' }));
  const dialog = page.getByRole('dialog', { name: 'Refuse what waits in shop?' });
  await visitor.accessible('a refusal');
  await hands.write(dialog.getByLabel('Reason'), 'the cluster was restored from nothing');
  await hands.press(dialog.getByRole('button', { name: 'Refuse', exact: true }));
  await plan.getByText('“the cluster was restored from nothing”').waitFor();
  await visitor.accessible('a plan that was refused');
  assert.equal(stage.prefixes(epg).length, 12);
  assert.deepEqual(deleted.slice(before), []);

  await goTo(played, 'Overview');
  stage.cluster.scale('shop', 'web', 2);
  await stage.cluster.settled();
  stage.cluster.compact();
  stage.cluster.faults.clear();
  stage.cluster.dropConnections();
  await page.getByRole('row', { name: /^Cluster prod-a Synced/ }).waitFor();
  await inStep(played, 2);
}
