/** What breaks, or lies: every fault that the simulators know, until everything is healed. */
import type { ClusterFaults } from '../../../lab/cluster/faults.ts';
import type { FabricFaults } from '../../../lab/fabric/faults.ts';
import type { Cluster } from '../../../lab/cluster/cluster.ts';
import { clusterOf } from './workloads.ts';
import type { Draw, Target } from './step.ts';

const clusterFaults: readonly Partial<ClusterFaults>[] = [
  { errorCode: 500 },
  { errorCode: 503, reset: 'watches' },
  { errorCode: 429, errorOn: 'lists' },
  { silentLists: true },
  { silentWatches: true },
  { endWatches: true },
  { reset: 'everything' },
  { reset: 'lists' },
  { cutLists: 'clean' },
  { cutLists: 'reset' },
  { shortLists: 0.5 },
  { emptyLists: true },
  { emptyLists: true, onlyResources: ['pods'] },
  { otherCluster: true },
  { revisionsBack: 100_000 },
  { goneWatches: 'status' },
  { goneWatches: 'frame' },
  { expiredTokens: true },
  { deniedResources: ['pods'] },
  { deniedResources: ['deployments', 'services'] },
  { delayMs: 2000 },
  { duplicateEvents: true },
  { reorderEvents: true },
  { loseEvents: 0.3 },
];

/** Something has to have happened since, or there is nothing to forget, and watches go on from where they were. */
function forget(lab: Cluster): void {
  const metadata = { namespace: 'default', name: `note-${lab.stats().requests}` };
  lab.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
  lab.compact();
}

/** Faults of lists are seen only when something is listed: half of the time the connections break as well. */
const clusterFault: Draw = ({ random, clusterCount }) => {
  const target: Target = { cluster: random.below(clusterCount), namespace: '', name: '' };
  const fault = random.pick(clusterFaults);
  const restarts = random.chance(0.6);
  const forgets = restarts && random.chance(0.5);
  const how = forgets ? ', after a restart without a past' : restarts ? ', after a restart' : '';
  return {
    title: `cluster c${target.cluster + 1}: ${JSON.stringify(fault)}${how}`,
    act(stage) {
      const lab = clusterOf(stage, target);
      stage.watchman.trouble();
      lab.faults.set(fault);
      if (forgets) forget(lab);
      if (restarts) lab.dropConnections();
      stage.healing.push(() => {
        lab.faults.clear();
        // What was lost for good is only found by reading everything again; a restart of the server brings that about.
        forget(lab);
        lab.dropConnections();
      });
    },
  };
};

const restartApiServer: Draw = ({ random, clusterCount }) => {
  const target: Target = { cluster: random.below(clusterCount), namespace: '', name: '' };
  const forgets = random.chance(0.5);
  return {
    title: `cluster c${target.cluster + 1}: API server restarts${forgets ? ' without a past' : ''}`,
    act(stage) {
      const lab = clusterOf(stage, target);
      if (forgets) forget(lab);
      lab.dropConnections();
    },
  };
};

const fabricFaults: readonly Partial<FabricFaults>[] = [
  { unavailablePage: { probability: 0.5 } },
  { unavailablePage: { only: 'writes' } },
  { unavailableJson: { probability: 0.5 } },
  { unavailableJson: { only: 'logins' } },
  { forbidden: { only: 'writes' } },
  { forbidden: { times: 3 } },
  { expiredToken: { times: 2 } },
  { slow: { ms: 3000 } },
  { stall: { times: 2 } },
  { closed: { probability: 0.3 } },
  { resetMidReply: { probability: 0.3 } },
  { truncatedPage: { times: 3 } },
  { emptyPage: { times: 3 } },
  { applyThenFail: { only: 'writes', times: 4 } },
  { refusedRefresh: { times: 3 } },
  { notificationsLost: {} },
  { notificationsLost: { probability: 0.3 } },
  { notificationsDoubled: {} },
  { notificationsLate: { ms: 4000 } },
  { notificationsReordered: {} },
  { dropSocket: { times: 3 } },
];

const fabricFault: Draw = ({ random }) => {
  const fault = random.pick(fabricFaults);
  return {
    title: `fabric: ${JSON.stringify(fault)}`,
    act({ world, watchman, healing }) {
      watchman.trouble();
      world.fabric.faults.set(fault);
      healing.push(() => world.fabric.faults.clear());
    },
  };
};

const expireSessions: Draw = () => ({
  title: 'fabric: all sessions end',
  act: ({ world }) => world.fabric.expireSessions(),
});

const dropSockets: Draw = () => ({
  title: 'fabric: all sockets break',
  act: ({ world }) => world.fabric.dropSockets(),
});

export const faultSteps: readonly Draw[] = [
  clusterFault,
  clusterFault,
  clusterFault,
  clusterFault,
  restartApiServer,
  fabricFault,
  fabricFault,
  fabricFault,
  expireSessions,
  dropSockets,
];
