import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '../../lab/authority.ts';
import { startBigip, type Bigip } from '../../lab/bigip/bigip.ts';
import { insideFabric } from '../../lab/fabric/seed.ts';
import { clockRate, openStage, type Stage } from './stage.ts';

const policy = 'uni/tn-k8s/svcCont/svcRedirectPol-c1_shop_web';
const machine = { epgDn: 'uni/tn-k8s/ap-apps/epg-vms', mac: '00:50:56:00:00:01', ips: ['10.9.0.1'] };

interface Outage {
  readonly title: string;
  readonly begin: (stage: Stage, bigip: Bigip) => void;
  readonly end: (stage: Stage, bigip: Bigip) => void;
  /** What shows that the product met it: of whom, and with which code. */
  readonly said?: readonly [about: string, code: string];
}

/** Something has to have happened since, or there is nothing to forget. */
function restartCluster({ cluster }: Stage): void {
  cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'any' } });
  cluster.compact();
  cluster.dropConnections();
}

function ofCluster(
  title: string,
  fault: Parameters<Stage['cluster']['faults']['set']>[0],
  said?: string,
): Outage {
  return {
    title,
    begin(stage) {
      stage.cluster.faults.set(fault);
      restartCluster(stage);
    },
    end(stage) {
      stage.cluster.faults.clear();
      restartCluster(stage);
    },
    ...(said !== undefined && { said: ['c1', said] }),
  };
}

function ofFabric(
  title: string,
  fault: Parameters<Stage['fabric']['faults']['set']>[0],
  said?: string,
): Outage {
  return {
    title,
    begin: ({ fabric }) => fabric.faults.set(fault),
    end: ({ fabric }) => fabric.faults.clear(),
    ...(said !== undefined && { said: ['dc1', said] }),
  };
}

function ofBalancer(title: string, fault: Parameters<Bigip['faults']['set']>[0], said?: string): Outage {
  return {
    title,
    begin: (_, bigip) => bigip.faults.set(fault),
    end: (_, bigip) => bigip.faults.clear(),
    ...(said !== undefined && { said: ['f5', said] }),
  };
}

const outages: readonly Outage[] = [
  ofCluster('the cluster answers 503', { errorCode: 503, reset: 'watches' }, 'cluster.error'),
  ofCluster('the cluster comes back empty', { emptyLists: true }, 'cluster.incomplete'),
  ofCluster('the cluster comes back without a slice', {
    emptyLists: true,
    onlyResources: ['endpointslices'],
  }),
  ofCluster('another cluster answers', { otherCluster: true }, 'cluster.identity'),
  {
    title: 'the websocket of the fabric drops',
    begin: ({ fabric }) => {
      fabric.faults.set({ notificationsLost: {} });
      fabric.dropSockets();
    },
    end: ({ fabric }) => {
      fabric.faults.clear();
      fabric.dropSockets();
    },
  },
  ofFabric('the fabric is down', { unavailablePage: { only: 'all' } }),
  ofFabric('the fabric shows empty pages', { emptyPage: {} }),
  ofBalancer('the balancer is down', { closed: { only: 'all' } }),
  ofBalancer('the balancer does not know its own objects', { falseAbsent: {} }),
  ofBalancer('the balancer shows lists without anything in them', { emptyCollection: {} }),
];

describe('policies and pools stay whole', () => {
  let stage: Stage;
  let bigip: Bigip;
  /** What was taken away, or out of service. */
  const taken: string[] = [];
  let replicas = 3;

  before(async function () {
    this.timeout(60_000);
    const authority = await createAuthority();
    bigip = await startBigip({ authority, clockRate });
    bigip.device.seed({ partitions: [{ name: 'k8s' }] });
    stage = await openStage({
      authority,
      mappings: [services, machines],
      loadBalancers: [
        {
          kind: 'bigip',
          name: 'f5',
          address: bigip.url,
          ca: 'file:ca.pem',
          credentials: { username: bigip.username, password: 'file:balancer' },
          resync: '10s',
        },
      ],
      files: { balancer: bigip.password },
      prepare({ fabric, cluster }) {
        fabric.seed(insideFabric());
        fabric.endpoints.learn(machine);
        cluster.deployment('shop', 'web', replicas);
        cluster.service('shop', 'web', {
          type: 'NodePort',
          ports: [{ name: 'http', port: 80, targetPort: 8080 }],
        });
      },
    });
    await whole();
    bigip.onCommit(({ changes }) => {
      for (const { kind, action, path, after } of changes)
        if (kind === 'member' && (action === 'deleted' || after?.attributes['session'] === 'user-disabled'))
          taken.push(path);
    });
    stage.fabric.onCommit(({ changes }) => {
      for (const { kind, mo } of changes)
        if (kind === 'deleted' && mo.meta.name.startsWith('vns')) taken.push(mo.dn);
    });
  });

  after(async () => {
    await stage.close();
    await bigip.close();
  });

  const sizes = (): string => {
    const { fabric } = stage;
    const destinations = fabric.get(policy) === undefined ? [] : fabric.subtree(policy, 'vnsRedirectDest');
    const members = ['c1_shop_web', 'vms'].map(
      (name) => bigip.device.objects('member', `/k8s/${name}`).length,
    );
    return [destinations.length, ...members].join();
  };
  const whole = (): Promise<void> =>
    stage.until(
      `${replicas} destinations and members, and a machine`,
      () => sizes() === `${replicas},${replicas},1`,
    );

  for (const { title, begin, end, said } of outages)
    it(`while ${title}, before and after a restart of the product`, async () => {
      taken.length = 0;
      const before = sizes();

      begin(stage, bigip);
      if (said === undefined) await sleep(longMs);
      else await stage.says(...said);
      await stage.restart('SIGKILL');
      await sleep(longMs);

      assert.equal(sizes(), before);
      end(stage, bigip);
      replicas += 1;
      stage.cluster.scale('shop', 'web', replicas);
      await whole();
      assert.deepEqual(taken, []);
    }).timeout(60_000);
});

/** Long enough for everything to be read again. */
const longMs = 15_000 / clockRate;

const both = { mode: 'full', firstContact: 'apply' };

const services = {
  name: 'services',
  ...both,
  from: { kind: 'service', clusters: ['c1'], namespaces: { names: ['shop'] } },
  to: {
    redirectPolicy: { tenant: 'k8s', name: '{cluster}_{namespace}_{service}', ipSla: 'tcp80' },
    pool: { partition: 'k8s', name: '{cluster}_{namespace}_{service}', port: 'http', drain: { for: '5s' } },
  },
};

const machines = {
  name: 'machines',
  ...both,
  from: { kind: 'aciEpg', epgs: ['k8s/apps/vms'], absentFor: '10s' },
  to: { pool: { partition: 'k8s', name: 'vms', port: 80, drain: { for: '5s' } } },
};
