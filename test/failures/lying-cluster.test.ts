import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterFaults } from '../../lab/cluster/faults.ts';
import { mapping, openStage, type Stage } from './stage.ts';

interface Lie {
  readonly title: string;
  readonly fault: Partial<ClusterFaults>;
  /** What shows that the product met it. */
  readonly said?: string | RegExp;
}

const lies: readonly Lie[] = [
  { title: 'goes silent', fault: { silentWatches: true }, said: 'cluster.silent' },
  { title: 'answers 500', fault: { errorCode: 500, reset: 'watches' }, said: 'cluster.error' },
  { title: 'ends each watch', fault: { endWatches: true }, said: /^cluster\.(error|incomplete)$/ },
  { title: 'gives half a list', fault: { cutLists: 'clean' }, said: 'cluster.incomplete' },
  { title: 'comes back as another cluster', fault: { otherCluster: true }, said: 'cluster.identity' },
  { title: 'goes back in time', fault: { revisionsBack: 1_000_000 }, said: 'cluster.rewound' },
  { title: 'denies a kind', fault: { deniedResources: ['pods'] }, said: 'cluster.forbidden' },
  { title: 'comes back empty', fault: { emptyLists: true }, said: 'cluster.incomplete' },
  { title: 'comes back without a pod', fault: { emptyLists: true, onlyResources: ['pods'] } },
  {
    title: 'comes back without a workload',
    fault: { emptyLists: true, onlyResources: ['deployments', 'replicasets', 'pods'] },
  },
  { title: 'claims that half a list is all', fault: { shortLists: 0.5, onlyResources: ['pods'] } },
];

describe('a cluster that fails or lies loses no address', () => {
  let stage: Stage;
  let before: string[] = [];

  beforeEach(async function () {
    this.timeout(60_000);
    stage = await openStage({
      mappings: [mapping('web', { namespaces: { names: ['shop'] } })],
      prepare: ({ cluster }) => cluster.deployment('shop', 'web', 6),
    });
    await stage.until('twelve addresses', () => stage.prefixes('c1_shop_web').length === 12);
    before = stage.prefixes('c1_shop_web');
  });

  afterEach(() => stage.close());

  for (const { title, fault, said } of lies)
    it(`when it ${title}`, async () => {
      let removed = 0;
      stage.fabric.onCommit(({ changes }) => {
        removed += changes.filter(
          ({ kind, mo }) => kind === 'deleted' && mo.meta.name === 'l3extSubnet',
        ).length;
      });

      stage.cluster.faults.set(fault);
      restartWithoutPast(stage);
      if (said === undefined) await stage.until('removals are held', () => holdsRemovals(stage));
      else await stage.says('c1', said);

      assert.deepEqual(stage.prefixes('c1_shop_web'), before);
      stage.cluster.faults.clear();
      stage.cluster.dropConnections();
      stage.cluster.scale('shop', 'web', 7);
      await stage.until('it follows again', () => stage.prefixes('c1_shop_web').length === 14);
      assert.equal(removed, 0);
    }).timeout(60_000);

  it('when a start finds no pods of a workload that was made anew around them since the last write', async () => {
    await stage.product.stop();
    adopt(stage, randomUUID());
    await stage.restart();
    await stage.until('a round was made', () => isInStep(stage));

    await stage.product.stop();
    stage.cluster.faults.set({ emptyLists: true, onlyResources: ['pods'] });
    await stage.restart();
    await stage.until('removals are held', () => holdsRemovals(stage));
    // Time enough to ask for the workload, and to be told.
    await sleep(1000);

    assert.equal(await holdsRemovals(stage), true);
    assert.deepEqual(stage.prefixes('c1_shop_web'), before);
  }).timeout(60_000);
});

/** As `kubectl delete --cascade=orphan`, and applied again. */
function adopt({ cluster }: Stage, uid: string): void {
  const workload = cluster.get('deployment', 'shop', 'web');
  const [replicaSet] = cluster.list('replicaset', 'shop');
  assert.ok(workload !== undefined && replicaSet !== undefined);
  const [owner] = replicaSet.metadata.ownerReferences ?? [];
  assert.ok(owner !== undefined);
  cluster.remove('deployment', 'shop', 'web');
  cluster.apply({ ...workload, metadata: { ...workload.metadata, uid } });
  const metadata = { ...replicaSet.metadata, ownerReferences: [{ ...owner, uid }] };
  cluster.apply({ ...replicaSet, metadata });
}

async function isInStep({ product }: Stage): Promise<boolean> {
  const status = (await product.get('api/v1/status')) as { systems: readonly { lastRound: number }[] };
  return status.systems.every(({ lastRound }) => lastRound > 0);
}

/** Something has to have happened since, or there is nothing to forget. */
function restartWithoutPast({ cluster }: Stage): void {
  cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'any' } });
  cluster.compact();
  cluster.dropConnections();
}

async function holdsRemovals({ product }: Stage): Promise<boolean> {
  const plan = (await product.get('api/v1/plan')) as { held: number };
  return plan.held > 0;
}
