/**
 * Law 13, on the whole product: what is dead leaves a redirect policy in the very next request, whatever else is queued.
 */
import assert from 'node:assert/strict';
import { openWorld, until, type World } from '../../bench/world.ts';
import type { Product } from '../../lab/demo/product.ts';
import type { Commit } from '../../lab/fabric/store.ts';

const queued = 10_000;
const policies = 'uni/tn-k8s/svcCont';
const document = `
mappings:
  - name: edge
    mode: full
    firstContact: apply
    from: { kind: service, clusters: [c], namespaces: { names: [edge] } }
    to:
      redirectPolicy: { tenant: k8s, name: edge, destinations: node, families: [ipv4], ipSla: tcp80 }
  - name: load
    mode: full
    firstContact: apply
    from: { kind: workload, clusters: [c], namespaces: { names: [load] } }
    to:
      externalEpg: { tenant: k8s, l3out: calico, name: "{workload}", families: [ipv4], contracts: { provide: [web] } }
`;

describe('a node drain while ten thousand other changes are queued', function () {
  this.timeout(180_000);
  let world: World;

  before(async () => {
    // The fabric takes long over each request, so that there is a queue behind it.
    world = await openWorld({ document, fabric: { replyDelayMs: 600 }, cluster: { nodes: 60 } });
  });
  after(() => world.close());

  it('takes the destination out of the policy in the next request after the notification', async () => {
    const { fabric, cluster } = world;
    cluster.deployment('edge', 'gateway', 3);
    cluster.service('edge', 'gateway', { selector: { app: 'gateway' }, ports: [{ name: 'http', port: 80 }] });
    await cluster.settled();
    const product = await world.startProduct();
    await until('the policy has its destinations', () => destinations(world).length === 3);
    // All of it comes at once, when writing goes on.
    await product.command('approve', '--pause');
    for (let index = 0; index < 200; index += 1) cluster.deployment('load', `app-${index}`, queued / 200);
    await cluster.settled();
    await until('the queue is planned', async () => (await heldOf(product)) >= queued);
    const writes: Commit[] = [];
    fabric.onCommit((commit) => {
      if (commit.author.user === fabric.username) writes.push(commit);
    });
    await product.command('approve', '--resume');
    await until('the queue is being written', () => writes.length > 0);

    const [pod] = cluster.list('Pod', 'edge') as unknown as readonly PodShape[];
    const node = pod?.spec?.nodeName ?? '';
    const [address] = addressesOf(world, node);
    const before = writes.length;
    drain(world, node);

    await until('the destination is gone', () => !destinations(world).includes(address ?? ''));
    const at = writes.findIndex((commit) =>
      commit.changes.some(({ mo, kind }) => isDestination(mo) && kind === 'deleted'),
    );
    const present = fabric.subtree('uni/tn-k8s/out-calico', 'l3extSubnet').length;
    assert.ok(present < queued, `nothing was queued any more: ${present} subnets were there`);
    // One request was under way when it happened.
    assert.ok(at - before <= 1, `${at - before} requests came before it`);
  });
});

async function heldOf(product: Product): Promise<number> {
  const { held } = (await product.get('/api/v1/plan')) as { readonly held: number };
  return held;
}

interface PodShape {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly nodeName?: string };
}

interface NodeShape {
  readonly status?: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
}

function isDestination({ dn }: { readonly dn: string }): boolean {
  return dn.startsWith(`${policies}/`) && dn.includes('/RedirectDest_ip-') && dn.endsWith(']');
}

function destinations({ fabric }: World): string[] {
  return fabric.subtree(policies, 'vnsRedirectDest').map((mo) => mo.attributes['ip'] ?? '');
}

function addressesOf({ cluster }: World, name: string): string[] {
  const node = cluster.get('Node', undefined, name) as NodeShape | undefined;
  return (node?.status?.addresses ?? []).flatMap(({ type, address }) =>
    type === 'InternalIP' ? [address] : [],
  );
}

/** What `kubectl drain` comes to: no more pods for the node, and an end for those that it has. */
function drain({ cluster }: World, name: string): void {
  const node = cluster.get('Node', undefined, name);
  if (node === undefined) throw new Error(`no node ${name}`);
  cluster.apply({ ...node, spec: { ...(node as { spec?: object }).spec, unschedulable: true } });
  for (const pod of cluster.list('Pod', 'edge') as unknown as readonly PodShape[])
    if (pod.spec?.nodeName === name) cluster.remove('Pod', 'edge', pod.metadata.name);
}
