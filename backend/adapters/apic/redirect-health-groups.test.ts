/** Health groups on a simulated fabric: they come and go with the destinations that refer to them. */
import assert from 'node:assert/strict';
import { mo } from '../../../lab/fabric/seed.ts';
import { formatMark } from '../../model/ownership-mark.ts';
import { itemId, type Attributes, type DesiredItem } from '../../model/target-object.ts';
import {
  add,
  create,
  destination,
  dnOf,
  erase,
  groupKey,
  key,
  mark,
  remove,
  startWorld,
  update,
  type World,
} from './testing/world.ts';

const web = 'k8s/web';
const other = 'k8s/other';
const services = 'uni/tn-k8s/svcCont';
const signal = new AbortController().signal;
const annotation = formatMark(mark);
const theirs = 'orchestrator:me';

describe('health groups of redirect destinations', () => {
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

  it('lose a destination and its health group in one write', async () => {
    world = await startWorld();
    const [first, second] = [destination('10.1.0.1'), destination('10.1.0.2')];
    await world.write(create(web), add(web, first), add(web, second));
    const { writes } = world.fabric.stats();

    const outcome = await world.write(remove(web, first));

    assert.equal(outcome.result, 'accepted');
    assert.equal(world.fabric.stats().writes, writes + 1);
    assert.deepEqual(groups(), ['b-10.1.0.2']);
    assert.deepEqual([...world.object(web).items.keys()], [second.id]);
    assert.deepEqual(owned(), [`redirectPolicy ${web}`]);
  });

  it('share a health group between families and policies, until the last one leaves', async () => {
    world = await startWorld();
    await world.write(
      create(web),
      create(other),
      add(web, shared('10.1.0.1')),
      add(other, shared('fd00::1')),
    );
    const seen = [groups()];

    await world.write(remove(web, shared('10.1.0.1')));
    seen.push(groups());
    await world.write(remove(other, shared('fd00::1')), add(web, shared('10.1.0.2')));
    seen.push(groups());
    await world.write(erase(web));
    seen.push(groups());

    assert.deepEqual(seen, [['pod-a'], ['pod-a'], ['pod-a'], []]);
  });

  it('leave a health group to a person whose destination refers to it, known or not', async () => {
    world = await startWorld();
    await world.write(
      create(web),
      add(web, shared('10.1.0.1')),
      add(web, destination('10.1.0.2', { healthGroup: 'b' })),
    );
    world.fabric.seed(person(other, watched('10.9.0.1', 'pod-a')));
    await world.awaitDrift(other);
    await refresh(other);
    world.fabric.faults.set({ notificationsLost: {} });
    world.fabric.seed(mo('vnsBackupPol', { dn: `${services}/backupPol-spare` }, [watched('10.9.0.2', 'b')]));

    const outcome = await world.write(remove(web, shared('10.1.0.1')), remove(web, destination('10.1.0.2')));

    assert.equal(outcome.result, 'accepted');
    assert.deepEqual(world.onFabric(web), []);
    assert.deepEqual(groups(), ['b', 'pod-a']);
  });

  it("refer to a person's health group, and leave it as it is", async () => {
    const dn = `${services}/redirectHealthGroup-pod-a`;
    world = await startWorld({
      seed: (fabric) => fabric.seed(mo('vnsRedirectHealthGroup', { dn, annotation: theirs })),
    });

    await world.write(create(web), add(web, shared('10.1.0.1')));
    const referring = item(web, '10.1.0.1');
    await world.write(remove(web, shared('10.1.0.1')));

    assert.equal(referring?.['healthGroup'], 'pod-a');
    assert.equal(attributes(dn)['annotation'], theirs);
  });

  it('show a destination without the health group that somebody deleted, until it is made again', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, shared('10.1.0.1')));

    world.fabric.remove(`${services}/redirectHealthGroup-pod-a`);
    await world.awaitDrift('k8s/pod-a');
    await world.system.refresh([groupKey('k8s/pod-a')], signal);
    const broken = item(web, '10.1.0.1');
    const drifted = world.drifted();
    const outcome = await world.write(update(web, shared('10.1.0.1')));

    assert.ok(drifted.includes(web), 'a round is asked to look at the policy');
    assert.equal(broken?.['healthGroup'], undefined);
    assert.equal(outcome.result, 'accepted');
    assert.deepEqual(groups(), ['pod-a']);
    assert.equal(item(web, '10.1.0.1')?.['healthGroup'], 'pod-a');
  });

  it('show a health group of ours that is left over, and delete it once nothing refers to it', async () => {
    const left = (name: string) =>
      mo('vnsRedirectHealthGroup', { dn: `${services}/redirectHealthGroup-${name}`, annotation });
    world = await startWorld({
      containers: ['k8s/calico'],
      seed: (fabric) => fabric.seed([left('old'), left('used'), person(web, watched('10.9.0.1', 'used'))]),
    });
    const shown = [...world.system.view.owned()];
    const used = world.system.view.get(groupKey('k8s/used'));
    const deletion = (name: string) => ({ ...erase(web), key: groupKey(name) });

    const kept = await world.write(deletion('k8s/used'));
    world.fabric.faults.set({ notificationsLost: {} });
    world.fabric.seed(person(other, watched('10.9.0.2', 'old')));
    const unseen = await world.write(deletion('k8s/old'));
    world.fabric.remove(dnOf(other));
    const gone = await world.write(deletion('k8s/old'));

    assert.deepEqual(
      shown.map((each) => [each.key.kind, each.key.name, each.items.size, each.foreignChildren]),
      [['redirectHealthGroup', 'k8s/old', 0, 0]],
    );
    assert.ok('foreignChildren' in used && used.foreignChildren === 1);
    assert.deepEqual([kept.result, unseen.result, gone.result], ['refused', 'refused', 'accepted']);
    assert.ok(kept.result === 'refused' && kept.problem.code === 'object.in-use');
    assert.ok(unseen.result === 'refused' && unseen.problem.code === 'object.in-use');
    assert.deepEqual(groups(), ['used']);
    assert.deepEqual(owned(), []);
  });

  it('have destination and health group both or neither when a reply is lost', async () => {
    world = await startWorld();
    await world.write(create(web));
    world.fabric.faults.set({ applyThenFail: { times: 1 } });

    const outcome = await world.write(add(web, shared('10.1.0.1')));
    await refresh(web);

    assert.equal(outcome.result, 'unknown');
    assert.deepEqual(groups(), ['pod-a']);
    assert.equal(item(web, '10.1.0.1')?.['healthGroup'], 'pod-a');
    assert.deepEqual(owned(), [`redirectPolicy ${web}`]);
  });
});
