/** Redirect policies on a simulated fabric: destinations with their health groups, whoever else has a part in them. */
import assert from 'node:assert/strict';
import { insideFabric, mo } from '../../../lab/fabric/seed.ts';
import { formatMark } from '../../model/ownership-mark.ts';
import { itemId, type Attributes, type DesiredItem, type DesiredObject } from '../../model/target-object.ts';
import {
  add,
  create,
  destination,
  dnOf,
  follow,
  instance,
  ipSla,
  key,
  mark,
  remove,
  startWorld,
  subnet,
  until,
  update,
  type World,
} from './testing/world.ts';

const web = 'k8s/web';
const services = 'uni/tn-k8s/svcCont';
const signal = new AbortController().signal;
const annotation = formatMark(mark);
const theirs = 'orchestrator:me';

describe('redirect policies on a fabric', () => {
  let world: World;

  afterEach(() => world.stop());

  const groups = (): string[] =>
    world.fabric
      .subtree(services)
      .filter((each) => each.className === 'vnsRedirectHealthGroup')
      .map((each) => each.dn.slice(`${services}/redirectHealthGroup-`.length))
      .sort();
  const attributes = (dn: string): Readonly<Record<string, string>> => world.fabric.get(dn)?.attributes ?? {};
  const item = (name: string, address: string): Attributes | undefined =>
    world.object(name).items.get(itemId('destination', address))?.attributes;
  const refresh = (...names: readonly string[]): Promise<void> =>
    world.system.refresh(names.map(key), signal);
  const owned = (): string[] =>
    [...world.system.view.owned()].map((each) => `${each.key.kind} ${each.key.name}`).sort();
  const shared = (address: string): DesiredItem => destination(address, { healthGroup: 'pod-a' });
  const person = (name: string, ...children: readonly ReturnType<typeof mo>[]) =>
    mo('vnsSvcRedirectPol', { dn: dnOf(name) }, children);
  const watched = (ip: string, group: string, values: Record<string, string> = {}) =>
    mo('vnsRedirectDest', { ip, mac: '00:50:56:AA:BB:09', ...values }, [
      mo('vnsRsRedirectHealthGroup', { tDn: `${services}/redirectHealthGroup-${group}`, ...values }),
    ]);

  it('come with destinations, health groups and probe in one write, all with our mark, and are shown at once', async () => {
    world = await startWorld({ seed: (fabric) => fabric.seed(insideFabric()) });
    world.fabric.resetStats();

    const outcome = await world.write(
      create(web, { resilientHashEnabled: 'yes', thresholdDownAction: 'deny' }),
      add(web, ipSla('tcp80')),
      add(web, destination('10.1.0.1', { mac: '00:50:56:aa:bb:01', weight: '3', healthGroup: 'pod-a' })),
    );

    assert.deepEqual(outcome, { result: 'accepted' });
    assert.equal(world.fabric.stats().requests, 1);
    const dn = `${dnOf(web)}/RedirectDest_ip-[10.1.0.1]`;
    const made = [dnOf(web), `${dnOf(web)}/rsIPSLAMonitoringPol`, dn, `${dn}/rsRedirectHealthGroup`];
    for (const each of [...made, `${services}/redirectHealthGroup-pod-a`])
      assert.equal(attributes(each)['annotation'], annotation, each);
    assert.equal(attributes(dnOf(web))['hashingAlgorithm'], 'sip-dip-prototype');
    const { mark: own, attributes: shown, items, reachability } = world.object(web);
    assert.deepEqual([own, shown['resilientHashEnabled'], reachability], [mark, 'yes', undefined]);
    assert.deepEqual([...items.keys()].sort(), ['destination:10.1.0.1', 'ipSla:tcp80']);
    assert.deepEqual(item(web, '10.1.0.1'), { weight: '3', mac: '00:50:56:AA:BB:01', healthGroup: 'pod-a' });
  });

  it('are nothing new when they are notified, nor when everything is read again', async () => {
    world = await startWorld({ seed: (fabric) => fabric.seed(insideFabric()), system: { resyncMs: 300 } });
    await world.write(
      create(web),
      add(web, ipSla('tcp80')),
      add(web, shared('10.1.0.1')),
      add(web, shared('fd00::1')),
    );
    const { resyncs } = world.system.counters;

    await until(() => world.system.counters.resyncs >= resyncs + 2, 'a read of everything');

    assert.deepEqual(world.drifted(), []);
    assert.equal(world.system.counters.missedChanges, 0);
  });

  it('read back after a restart as they were written', async () => {
    world = await startWorld({ seed: (fabric) => fabric.seed(insideFabric()) });
    await world.write(create(web), add(web, ipSla('tcp80')), add(web, shared('10.1.0.1')));
    const before = [...world.object(web).items.values()].map(({ id, attributes: has, mark: own }) => ({
      id,
      has,
      own,
    }));

    const again = await follow(world.fabric);
    const after = [...again.object(web).items.values()].map(({ id, attributes: has, mark: own }) => ({
      id,
      has,
      own,
    }));
    await again.letGo();

    const byId = (one: { id: string }, two: { id: string }): number => (one.id < two.id ? -1 : 1);
    assert.deepEqual(after.sort(byId), before.sort(byId));
  });

  it('change a weight, and send nothing but what was asked for', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, shared('10.1.0.1')));
    const dn = `${dnOf(web)}/RedirectDest_ip-[10.1.0.1]`;
    world.fabric.seed(mo('vnsRedirectDest', { dn, descr: 'theirs', podId: '2' }));

    const outcome = await world.write(
      update(web, destination('10.1.0.1', { weight: '7', healthGroup: 'pod-a' })),
    );

    assert.equal(outcome.result, 'accepted');
    const { weight, descr, podId } = attributes(dn);
    assert.deepEqual([weight, descr, podId], ['7', 'theirs', '2']);
    assert.equal(item(web, '10.1.0.1')?.['weight'], '7');
  });

  it("keep only our destinations in a person's policy", async () => {
    const probe = mo('vnsRsIPSLAMonitoringPol', { tDn: 'uni/tn-k8s/ipslaMonitoringPol-tcp80' });
    world = await startWorld({
      seed: (fabric) => {
        fabric.seed(insideFabric());
        fabric.seed(person(web, probe, watched('10.9.0.1', 'g', { annotation: theirs })));
      },
    });
    const ours = shared('10.1.0.1');

    const outcomes = [await world.write(add(web, ours)), await world.write(add(web, ipSla('icmp')))];
    const shown = [...world.object(web).items.values()].map(({ id, mark: own }) => [id, own?.instance]);
    outcomes.push(await world.write(remove(web, ours)));

    assert.deepEqual(
      outcomes.map(({ result }) => result),
      ['accepted', 'refused', 'accepted'],
    );
    assert.deepEqual(shown.sort(), [
      ['destination:10.1.0.1', instance],
      ['destination:10.9.0.1', undefined],
      ['ipSla:tcp80', undefined],
    ]);
    assert.deepEqual(world.onFabric(web), [
      'RedirectDest_ip-[10.9.0.1]',
      'RedirectDest_ip-[10.9.0.1]/rsRedirectHealthGroup',
      'rsIPSLAMonitoringPol',
    ]);
    assert.equal(attributes(dnOf(web))['annotation'], '');
    assert.deepEqual(owned(), []);
  });

  it('are refused whole, in the words of the APIC', async () => {
    world = await startWorld();

    const outcome = await world.write(
      create(web),
      add(web, destination('10.1.0.1', { weight: '11', healthGroup: 'b' })),
    );

    assert.equal(outcome.result, 'refused');
    assert.match(outcome.problem.detail, /^106: .*weight/);
    assert.equal(world.fabric.get(dnOf(web)), undefined);
    assert.deepEqual(groups(), []);
    assert.equal(world.object(web).exists, false);
  });

  it('go with external EPGs of the batch in one write', async () => {
    world = await startWorld();
    const epg = 'k8s/calico/web';
    const { writes } = world.fabric.stats();

    await world.write(create(epg), add(epg, subnet('10.1.0.1')), create(web), add(web, shared('10.1.0.1')));

    assert.equal(world.fabric.stats().writes, writes + 1);
    assert.equal(world.object(epg).items.size, 1);
    assert.equal(world.object(web).items.size, 1);
  });

  it('change the IP SLA policy that they name, in one write or in two', async () => {
    world = await startWorld({ seed: (fabric) => fabric.seed(insideFabric()) });
    await world.write(create(web), add(web, ipSla('tcp80')));
    const target = (): string | undefined => attributes(`${dnOf(web)}/rsIPSLAMonitoringPol`)['tDn'];

    const together = await world.write(add(web, ipSla('http')), remove(web, ipSla('tcp80')));
    const seen = [target()];
    const alone = [await world.write(add(web, ipSla('icmp'))), await world.write(remove(web, ipSla('http')))];
    seen.push(target());
    alone.push(await world.write(remove(web, ipSla('icmp'))));

    assert.deepEqual(
      [together, ...alone].map(({ result }) => result),
      Array(4).fill('accepted'),
    );
    assert.deepEqual(seen, ['uni/tn-k8s/ipslaMonitoringPol-http', 'uni/tn-k8s/ipslaMonitoringPol-icmp']);
    assert.equal(target(), undefined);
    assert.equal(world.object(web).items.size, 0);
  });

  it('show the fault of an IP SLA policy that is not there', async () => {
    world = await startWorld();

    await world.write(create(web), add(web, ipSla('nowhere')));
    await until(() => world.object(web).problems.length > 0, 'the fault');

    const [fault] = world.object(web).problems;
    assert.equal(fault?.code, 'fabric.fault');
    assert.match(fault.detail, /F2831/);
  });

  it('lack an IP SLA policy that is not there, until it is, and their keys are told of it', async () => {
    world = await startWorld({ seed: (fabric) => fabric.seed(insideFabric()) });
    const object = { key: key(web), items: new Map() } as unknown as DesiredObject;
    const lack = (name: string): string | undefined => world.system.view.lacks(object, ipSla(name))?.code;
    const before = [lack('tcp80'), lack('tcp81')];

    world.fabric.seed(mo('fvIPSLAMonitoringPol', { dn: 'uni/tn-k8s/ipslaMonitoringPol-tcp81' }));
    await until(() => world.drifted().length > 0, 'drift');
    const created = lack('tcp81');
    world.fabric.remove('uni/tn-k8s/ipslaMonitoringPol-tcp80');
    await until(() => lack('tcp80') !== undefined, 'the end of tcp80');

    assert.deepEqual(before, [undefined, 'redirect.ip-sla-missing']);
    assert.equal(created, undefined);
    assert.equal(lack('tcp80'), 'redirect.ip-sla-missing');
  });

  it('lose the MAC address and the health group that are no longer wanted, and nothing else', async () => {
    world = await startWorld({ seed: (fabric) => fabric.seed(insideFabric()) });
    await world.write(create(web), add(web, ipSla('tcp80')), add(web, shared('10.1.0.1')));
    const before = groups();

    const outcome = await world.write(update(web, destination('10.1.0.1', { mac: '', healthGroup: '' })));
    const shown = item(web, '10.1.0.1');
    const again = await follow(world.fabric);
    const read = again.object(web).items.get(itemId('destination', '10.1.0.1'))?.attributes;
    await again.letGo();

    assert.equal(outcome.result, 'accepted');
    assert.deepEqual([before, groups()], [['pod-a'], []]);
    assert.deepEqual(world.onFabric(web), ['RedirectDest_ip-[10.1.0.1]', 'rsIPSLAMonitoringPol']);
    assert.deepEqual([shown, read], [{ weight: '1' }, { weight: '1' }]);
  });

  it('are made without what is wanted empty, in as many objects as there are', async () => {
    world = await startWorld();

    const outcome = await world.write(create(web), add(web, destination('10.1.0.1', { healthGroup: '' })));

    assert.equal(outcome.result, 'accepted');
    assert.deepEqual(world.onFabric(web), ['RedirectDest_ip-[10.1.0.1]']);
    assert.deepEqual(groups(), []);
  });

  it("tell of somebody else's delete, and know the truth after one read", async () => {
    world = await startWorld();
    await world.write(create(web), add(web, shared('10.1.0.1')), add(web, destination('10.1.0.2')));

    world.fabric.remove(`${dnOf(web)}/RedirectDest_ip-[10.1.0.1]`);
    await world.awaitDrift(web);
    const { reads } = world.system.counters;
    await refresh(web);

    assert.deepEqual([...world.object(web).items.keys()], ['destination:10.1.0.2']);
    assert.equal(world.system.counters.reads, reads + 1);
    assert.ok(owned().includes('redirectHealthGroup k8s/pod-a'), 'its health group is left over');
  });

  it('are unknown where the tenant is missing', async () => {
    world = await startWorld({ containers: ['nowhere'] });

    const answer = world.system.view.get(key('nowhere/web'));

    assert.ok('code' in answer && answer.code === 'fabric.sentinel');
  });

  it('keep what lost its mark just before, though no notification told', async () => {
    world = await startWorld();
    await world.write(
      create(web),
      add(web, shared('10.1.0.1')),
      add(web, destination('10.1.0.2', { healthGroup: 'b' })),
    );
    world.fabric.faults.set({ notificationsLost: {} });
    world.fabric.seed([
      mo('vnsRedirectDest', { dn: `${dnOf(web)}/RedirectDest_ip-[10.1.0.1]`, annotation: theirs }),
      mo('vnsRedirectHealthGroup', { dn: `${services}/redirectHealthGroup-b`, annotation: theirs }),
    ]);

    const lost = await world.write(remove(web, shared('10.1.0.1')));
    const removed = await world.write(remove(web, destination('10.1.0.2')));

    assert.ok(lost.result === 'refused' && lost.problem.code === 'mark.lost');
    assert.equal(removed.result, 'accepted');
    assert.deepEqual(groups(), ['b', 'pod-a']);
  });

  describe('without MAC address', () => {
    const bare = destination('10.1.0.1', { mac: '00:00:00:00:00:00', healthGroup: 'b' });
    const withProbe = {
      key: key(web),
      items: new Map([['ipSla:tcp80', ipSla('tcp80')]]),
    } as unknown as DesiredObject;
    const without = { key: key(web), items: new Map() } as unknown as DesiredObject;
    const lack = (object: DesiredObject): string | undefined => world.system.view.lacks(object, bare)?.code;

    it('are demanded one before 5.2', async () => {
      world = await startWorld({ fabric: { version: '5.1(4c)' } });

      assert.deepEqual([lack(withProbe), lack(without)], ['redirect.mac-missing', 'redirect.mac-missing']);
    });

    it('need none from 5.2 on, if the policy names a probe, theirs or ours', async () => {
      world = await startWorld({
        fabric: { version: '5.2(1g)' },
        seed: (fabric) => fabric.seed(insideFabric()),
      });
      const lacking = [lack(withProbe), lack(without)];

      const outcome = await world.write(create(web), add(web, bare), add(web, ipSla('tcp80')));

      assert.deepEqual(lacking, [undefined, 'redirect.mac-missing']);
      assert.equal(outcome.result, 'accepted');
      assert.equal(lack(without), undefined);
      assert.equal(item(web, '10.1.0.1')?.['mac'], undefined);
      const gone = world.system.view.lacks(without, bare, itemId('ipSla', 'tcp80'));
      assert.equal(gone?.code, 'redirect.mac-missing');
    });

    it('are demanded one while the probe that is wanted is not there', async () => {
      world = await startWorld();

      assert.equal(lack(withProbe), 'redirect.mac-missing');
    });
  });

  it('take 1,000 destinations over 50 policies in few requests, and nothing after a restart', async () => {
    world = await startWorld();
    const names = Array.from({ length: 50 }, (_, index) => `k8s/p${index}`);
    const changes = names.flatMap((name, policy) => [
      create(name),
      ...Array.from({ length: 20 }, (_, pod) => add(name, destination(`10.2.${policy}.${pod + 1}`))),
    ]);
    world.fabric.resetStats();
    let objects = 0;
    let batch: typeof changes = [];
    for (const change of changes) {
      const cost = world.system.cost(change).objects;
      if (objects + cost > world.system.batchObjects) {
        assert.equal((await world.write(...batch)).result, 'accepted');
        [objects, batch] = [0, []];
      }
      objects += cost;
      batch.push(change);
    }
    await world.write(...batch);

    const { requests } = world.fabric.stats();
    const again = await follow(world.fabric);
    const counts = names.map((name) => again.object(name).items.size);
    await again.letGo();

    assert.ok(requests <= 10, `${requests} requests`);
    assert.deepEqual(new Set(counts), new Set([20]));
    assert.equal(again.system.counters.writes, 0);
  });
});
