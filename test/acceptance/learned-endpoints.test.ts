/**
 * Endpoints that the fabric learns in an EPG are members of a pool of a BIG-IP while they are there: through broken notifications and
 * restarts of ours, and although a leaf that reloads takes what only it saw out of sight.
 */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAuthority } from '../../lab/authority.ts';
import { startBigip, type Bigip } from '../../lab/bigip/bigip.ts';
import { insideFabric } from '../../lab/fabric/seed.ts';
import { clockRate, openStage, type Stage } from '../failures/stage.ts';

const epgDn = 'uni/tn-k8s/ap-apps/epg-vms';
const pool = '/k8s/vms';
/** In the time of the product and the fabric. */
const absentForMs = 20_000;

type Machine = ReturnType<typeof machine>;

function machine(index: number, nodes: readonly number[]) {
  return { epgDn, mac: `00:50:56:00:00:0${index}`, ips: [`10.9.0.${index}`], nodes };
}

function membersOf(machines: readonly Machine[]): string {
  return machines.map(({ ips }) => `${ips.join()}:80`).join();
}

/** Three that leaf 101 alone sees, one that leaf 102 sees, one that both see. */
const behindOne = [1, 2, 3].map((index) => machine(index, [101]));
const elsewhere = machine(4, [102]);
const behindBoth = machine(5, [101, 102]);
const settled = [...behindOne, elsewhere, behindBoth];
const another = machine(6, [102]);

describe('endpoints that the fabric learned', function () {
  this.timeout(60_000);
  let bigip: Bigip;
  let stage: Stage;
  /** Members that were deleted or put out of service. */
  let taken: string[];

  beforeEach(async () => {
    const authority = await createAuthority();
    bigip = await startBigip({ authority, clockRate });
    bigip.device.seed({ partitions: [{ name: 'k8s' }] });
    taken = [];
    bigip.onCommit(({ changes }) => {
      for (const { kind, action, path, after } of changes)
        if (kind === 'member' && (action === 'deleted' || after?.attributes['session'] === 'user-disabled'))
          taken.push(path);
    });
    stage = await openStage({
      authority,
      mappings: [
        {
          name: 'vms',
          mode: 'full',
          firstContact: 'apply',
          from: { kind: 'aciEpg', epgs: ['k8s/apps/vms'], absentFor: `${absentForMs / 1000}s` },
          to: { pool: { partition: 'k8s', name: 'vms', port: 80, drain: { for: '5s' } } },
        },
      ],
      loadBalancers: [
        {
          kind: 'bigip',
          name: 'f5',
          address: bigip.url,
          ca: 'file:ca.pem',
          credentials: { username: bigip.username, password: 'file:balancer' },
        },
      ],
      files: { balancer: bigip.password },
      prepare({ fabric }) {
        fabric.seed(insideFabric());
        fabric.endpoints.learn(settled);
      },
    });
    await holds(settled);
  });

  afterEach(async () => {
    await stage.close();
    await bigip.close();
  });

  async function holds(machines: readonly Machine[]): Promise<void> {
    const wanted = membersOf(machines);
    await stage.until(`the pool holds ${wanted}`, () => members() === wanted);
  }

  function members(): string {
    const all = bigip.device.objects('member', pool).map(({ name }) => name);
    return all.sort().join();
  }

  for (const [title, act] of [
    ['nothing else happens', () => undefined],
    ['the websocket drops', () => stage.fabric.dropSockets()],
    ['every session ends', () => stage.fabric.expireSessions()],
    ['we restart', () => stage.restart()],
    ['we are killed', () => stage.restart('SIGKILL')],
  ] as const)
    it(`come to the pool and leave it although ${title}`, async () => {
      stage.fabric.endpoints.learn(another);
      await act();
      await holds([...settled, another]);
      const takenBefore = [...taken];
      stage.fabric.endpoints.age(another);
      await act();

      await holds(settled);

      assert.deepEqual(takenBefore, []);
      assert.deepEqual([...new Set(taken)], [`/k8s/${membersOf([another])}`]);
    });

  it('come and leave although it happens while we are not there', async () => {
    await stage.product.stop();
    stage.fabric.endpoints.learn(another);
    stage.fabric.endpoints.age(elsewhere);
    await stage.restart();

    await holds([...behindOne, behindBoth, another]);

    assert.deepEqual([...new Set(taken)], [`/k8s/${membersOf([elsewhere])}`]);
  });

  for (const first of ['endpoints', 'node'] as const)
    it(`stay while a leaf reloads and its ${first === 'node' ? 'state' : 'loss of endpoints'} is reported first`, async () => {
      stage.fabric.leaf.reload(101, { first, lagMs: 2000, for: absentForMs * 3, relearnMs: 1000 });
      const seen = stage.fabric.endpoints.list(epgDn).length;
      await sleep((absentForMs * 2) / clockRate);
      await stage.restart('SIGKILL');
      stage.fabric.endpoints.age(elsewhere);
      await holds([...behindOne, behindBoth]);
      await stage.until('all are learned again', () => stage.fabric.endpoints.list(epgDn).length === 4);
      await sleep(absentForMs / clockRate);

      assert.equal(seen, first === 'node' ? 5 : 2);
      assert.equal(members(), membersOf([...behindOne, behindBoth]));
      assert.deepEqual([...new Set(taken)], [`/k8s/${membersOf([elsewhere])}`]);
    });
});
