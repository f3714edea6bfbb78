/**
 * The whole way of an administrator, in a real browser, with the real product and the lab over TLS: from the first start with nothing configured
 * to a cluster that is lost and comes back. Played twice: by pointer, and by keys alone.
 */
import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { launch } from '../browser/browser.ts';
import { addBalancer, addCluster, addFabric, claim, lookAround } from './admin-story/first-start.ts';
import { keyboard, pointer } from './admin-story/hands.ts';
import type { Played } from './admin-story/played.ts';
import { openAdminStage } from './admin-story/stage.ts';
import type { AdminStage } from './admin-story/stage.ts';
import { otherPeople } from './admin-story/people.ts';
import { openVisitor } from './admin-story/visitor.ts';
import { findAddress, loseCluster } from './admin-story/watching.ts';
import { deployShop, goToFull, letItGo, readPlan, scale, writeMapping } from './admin-story/working.ts';

interface Chapter {
  readonly title: string;
  readonly play: (played: Played) => Promise<void>;
}

const chapters: readonly Chapter[] = [
  { title: 'makes the first administrator by the code of the log', play: claim },
  { title: 'says on every page what to do first', play: lookAround },
  { title: 'adds a fabric after its certificate was compared', play: addFabric },
  { title: 'adds a cluster from a kubeconfig', play: addCluster },
  { title: 'adds a load balancer', play: addBalancer },
  {
    title: 'writes a mapping in mode report, with what it would do beside it',
    play: async (played) => {
      await deployShop(played);
      await writeMapping(played);
    },
  },
  { title: 'reads the plan, while nothing is written', play: readPlan },
  { title: 'takes the mapping to mode full', play: goToFull },
  { title: 'lets the first plan go, and sees it come true', play: letItGo },
  { title: 'sees the page follow a Deployment that is scaled', play: (played) => scale(played, 6) },
  { title: 'finds an address, with its chain both ways and what was done about it', play: findAddress },
  { title: 'sees a cluster that is lost held and said, and taken up again', play: loseCluster },
  { title: 'lets people of the fabric do what their roles allow, and says why not more', play: otherPeople },
];

for (const way of ['pointer', 'keyboard'] as const)
  describe(`an administrator by ${way}`, function () {
    this.timeout(60_000);
    let browser: Browser;
    let stage: AdminStage;
    let played: Played;
    let broken = false;

    before(async () => {
      [browser, stage] = await Promise.all([launch(), openAdminStage()]);
      const visitor = await openVisitor(browser, { url: stage.product.url, audits: way === 'pointer' });
      played = { stage, visitor, hands: way === 'pointer' ? pointer() : keyboard(visitor) };
    });

    beforeEach(function () {
      // Each begins where the one before it ended.
      if (broken) this.skip();
    });

    afterEach(async function () {
      broken ||= this.currentTest?.state === 'failed';
      if (!broken) await played.visitor.content();
      else if (this.currentTest?.state === 'failed') process.stderr.write(await played.visitor.shown());
    });

    after(async () => {
      await browser.close();
      await stage.close();
    });

    for (const { title, play } of chapters) it(title, () => play(played));

    it('has needed no reload for any of it', async () => {
      assert.equal(await played.visitor.sameDocument(), true);
    });
  });
