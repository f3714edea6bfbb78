/**
 * The story of the demo: what happens in the cluster or to the fabric, and what must then be seen on it and on the BIG-IP.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../cluster/objects.ts';
import { mo } from '../fabric/seed.ts';
import { l3out, type Stage } from './stage.ts';
import type { Step } from './step.ts';
import { trafficEnd, trafficOn, trafficSteps } from './traffic-story.ts';

const web = 'prod-a_shop_web';
const webLb = 'prod-a_shop_web_lb';

/** The EPG holds exactly the addresses of the pods, and there are `pods` of them with an address of each family. */
function inStep(stage: Stage, pods: number, extra: readonly string[] = []): string | undefined {
  const wanted = [...stage.podAddresses('shop', 'web-'), ...extra].sort();
  const present = stage.addresses(web);
  if (present?.length !== pods * 2 + extra.length || !isDeepStrictEqual(present, wanted)) return undefined;
  return `${web} holds ${present.length} addresses: ${present.slice(0, 3).join(', ')}${present.length > 3 ? ', …' : ''}`;
}

/** What the systems were like when a step began. */
class Recall {
  addresses: readonly string[] = [];
  #traffic: readonly unknown[] = [];
  #writes = 0;

  /** Descriptions of new EPGs are written a moment after them; what is compared begins after that. */
  async take(stage: Stage): Promise<void> {
    const quietMs = 2500;
    for (let seen = -1; seen !== stage.writes();) {
      seen = stage.writes();
      await sleep(Math.max(0, stage.lastWriteAt() + quietMs - stage.fabric.clock.now()));
    }
    this.addresses = stage.addresses(web) ?? [];
    this.#traffic = trafficOn(stage);
    this.#writes = stage.writes();
  }

  /** Nothing has left, and nothing was written. */
  whole(stage: Stage): string | undefined {
    return isDeepStrictEqual(stage.addresses(web), this.addresses) &&
      isDeepStrictEqual(trafficOn(stage), this.#traffic) &&
      stage.writes() === this.#writes
      ? `all ${this.addresses.length} addresses, destinations and members are still there; not one write`
      : undefined;
  }
}

/** As `cluster.deployment` makes it, with pods that end within a second. */
function deploy({ cluster }: Stage, name: string, replicas: number): void {
  cluster.deployment('shop', name, 0);
  const made = cluster.get('Deployment', 'shop', name) as unknown as DeploymentShape;
  const { template } = made.spec;
  const spec = {
    ...made.spec,
    replicas,
    template: { ...template, spec: { ...template.spec, terminationGracePeriodSeconds: 1 } },
  };
  cluster.apply({ ...made, spec });
}

type DeploymentShape = KubeObject & { readonly spec: { readonly template: { readonly spec: object } } };

export function story(): Step[] {
  const recall = new Recall();
  return [
    ...ordinaryLife(recall),
    ...peopleOnTheFabric(recall),
    ...trafficSteps(),
    ...failures(recall),
    ...endings(),
  ];
}

function ordinaryLife(recall: Recall): Step[] {
  return [
    {
      title: 'Deploy: a Deployment with 3 pods',
      act: (stage) => deploy(stage, 'web', 3),
      see: (stage) => inStep(stage, 3),
    },
    {
      title: 'Scale: from 3 to 8 pods',
      act: ({ cluster }) => cluster.scale('shop', 'web', 8),
      see: (stage) => inStep(stage, 8),
    },
    {
      title: 'Roll: every pod is replaced by a new one',
      prepare: (stage) => recall.take(stage),
      act: (stage) => stage.cluster.rolloutRestart('shop', 'web'),
      see: (stage) =>
        stage.addresses(web)?.some((address) => recall.addresses.includes(address)) === true
          ? undefined
          : inStep(stage, 8),
    },
    {
      title: 'Expose: a Service gets a load-balancer address',
      act: ({ cluster }) =>
        cluster.service('shop', 'web', { type: 'LoadBalancer', selector: { app: 'web' } }),
      see: (stage) => {
        const addresses = stage.addresses(webLb);
        return addresses?.[0]?.startsWith('192.168.5.') === true
          ? `${webLb} holds ${addresses.join(', ')}`
          : undefined;
      },
    },
  ];
}

function peopleOnTheFabric(recall: Recall): Step[] {
  return [
    {
      title: 'Drift: someone deletes one of our subnets by hand, and adds one of their own',
      prepare: (stage) => recall.take(stage),
      act(stage) {
        stage.fabric.seed(
          mo('l3extSubnet', {
            dn: `${l3out}/instP-${web}/extsubnet-[203.0.113.9/32]`,
            annotation: 'orchestrator:a-person',
          }),
        );
        stage.fabric.remove(`${l3out}/instP-${web}/extsubnet-[${recall.addresses[0] ?? ''}]`);
      },
      see: (stage) =>
        inStep(stage, 8, ['203.0.113.9/32']) &&
        `ours is back, theirs stays: ${(stage.addresses(web) ?? []).length} subnets`,
    },
    {
      title: "A person's external EPG has the name that a new Deployment wants",
      act(stage) {
        stage.fabric.seed(mo('l3extInstP', { dn: `${l3out}/instP-prod-a_shop_cart`, descr: 'mine' }));
        deploy(stage, 'cart', 2);
      },
      async see(stage) {
        await stage.cluster.settled();
        const text = JSON.stringify(await stage.product.get('api/v1/plan'));
        if (!text.includes('object.foreign') && !text.includes('"foreign"')) return undefined;
        return stage.addresses('prod-a_shop_cart')?.length === 0
          ? 'it is not touched, and the plan says why'
          : undefined;
      },
    },
  ];
}

function failures(recall: Recall): Step[] {
  return [
    {
      title: 'Outage: the cluster answers 503 to everything',
      prepare: (stage) => recall.take(stage),
      act(stage) {
        stage.cluster.faults.set({ errorCode: 503, reset: 'watches' });
      },
      see: (stage) => recall.whole(stage),
      lasts: 1500,
    },
    {
      title: 'A lying source: it answers again, and its lists are empty',
      act(stage) {
        stage.cluster.faults.clear();
        stage.cluster.faults.set({ emptyLists: true });
        stage.cluster.dropConnections();
      },
      see: (stage) => recall.whole(stage),
      lasts: 2500,
    },
    {
      title: 'Another cluster answers at the same address',
      act(stage) {
        stage.cluster.faults.clear();
        stage.cluster.faults.set({ otherCluster: true });
        stage.cluster.dropConnections();
      },
      see: (stage) => recall.whole(stage),
      lasts: 2000,
    },
    {
      title: 'Recovery: the cluster is itself again, and scales down from 8 to 2 without a click',
      act({ cluster }) {
        cluster.faults.clear();
        cluster.dropConnections();
        cluster.scale('shop', 'web', 2);
      },
      see: (stage) => (stage.members(web)?.length === 2 ? inStep(stage, 2, ['203.0.113.9/32']) : undefined),
    },
    {
      title: 'Crash: the product is killed (kill -9) and started again',
      prepare: (stage) => recall.take(stage),
      act: (stage) => stage.restartProduct('SIGKILL'),
      see: async (stage) => {
        const { ready } = (await stage.product.get('readyz')) as { ready?: boolean };
        return ready === false ? undefined : recall.whole(stage);
      },
      lasts: 1500,
    },
  ];
}

function endings(): Step[] {
  return [
    trafficEnd(),
    {
      title: 'The end of the Service: its external EPG, redirect policy and pool are emptied and go',
      act: ({ cluster }) => cluster.remove('Service', 'shop', 'web'),
      see: (stage) =>
        stage.addresses(webLb) === undefined &&
        stage.destinations(web) === undefined &&
        stage.members(web) === undefined
          ? `${webLb} is gone`
          : undefined,
    },
    {
      title: "The end of the Deployment: ours leaves, and a person's subnet keeps the external EPG",
      act: ({ cluster }) => cluster.remove('Deployment', 'shop', 'web'),
      see: (stage) =>
        isDeepStrictEqual(stage.addresses(web), ['203.0.113.9/32'])
          ? `${web} holds only 203.0.113.9/32, which is theirs`
          : undefined,
    },
  ];
}
