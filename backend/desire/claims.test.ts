import assert from 'node:assert/strict';
import { itemId } from '../model/target-object.ts';
import { ClusterWorld } from './testing/cluster-world.ts';
import { contents, desiredOf, documentOf, key, mapping, problemsOn } from './testing/documents.ts';

const subnet = itemId('subnet', '10.244.0.1/32');

describe('desire: several claims to one address', () => {
  it('within a cluster the pod that does not terminate has it', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'old', ['10.244.0.1'], { terminating: true, startedAt: 9 });
    world.pod('shop', 'young', ['10.244.0.1'], { startedAt: 1 });

    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.deepEqual(contents(desired), { a_shop_old: [], a_shop_young: ['10.244.0.1'] });
    assert.deepEqual(problemsOn(desired, 'a_shop_young'), []);
  });

  it('then the one that started last, then the first by path', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'early', ['10.244.0.1'], { startedAt: 1 });
    world.pod('shop', 'late-b', ['10.244.0.1'], { startedAt: 2 });
    world.pod('shop', 'late-a', ['10.244.0.1'], { startedAt: 2 });

    const desired = desiredOf(documentOf([mapping('m')]), world);

    assert.deepEqual(contents(desired)['a_shop_late-a'], ['10.244.0.1']);
  });

  it('a live pod that no mapping selects takes the address away from a terminating one', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'old', ['10.244.0.1'], { terminating: true });
    const from = { namespaces: { names: ['shop'], labels: undefined } };
    const desired = desiredOf(documentOf([mapping('m', { from })]), world);

    world.pod('private', 'young', ['10.244.0.1']);
    const affected = desired.apply(world.take());

    assert.deepEqual([...affected], [key('a_shop_old')]);
    assert.deepEqual(contents(desired), { a_shop_old: [] });
  });

  it('a reused address moves: it leaves one key and is wanted in the other', () => {
    const world = new ClusterWorld('a');
    const old = world.pod('shop', 'old', ['10.244.0.1']);
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.put({ ...old, terminating: true });
    world.pod('shop', 'young', ['10.244.0.1'], { startedAt: 2 });
    const affected = desired.apply(world.take());

    assert.deepEqual([...affected].toSorted(), [key('a_shop_old'), key('a_shop_young')]);
    assert.deepEqual(desired.wantedElsewhere(key('a_shop_old'), subnet), [key('a_shop_young')]);
    assert.equal(desired.departure(key('a_shop_old'), subnet)?.explanation, 'no-longer-qualifies');
  });

  it('the claim that is left gets the address back', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'one', ['10.244.0.1'], { startedAt: 1 });
    const two = world.pod('shop', 'two', ['10.244.0.1'], { startedAt: 2 });
    const desired = desiredOf(documentOf([mapping('m')]), world);

    world.remove(two);
    desired.apply(world.take());

    assert.deepEqual(contents(desired), { a_shop_one: ['10.244.0.1'] });
  });

  it('between mappings both want it, both say so, and each names the other', () => {
    const world = new ClusterWorld('a');
    world.pod('shop', 'one', ['10.244.0.1']);
    const document = documentOf([mapping('m', { to: { name: 'x' } }), mapping('n', { to: { name: 'y' } })]);

    const desired = desiredOf(document, world);

    assert.deepEqual(contents(desired), { x: ['10.244.0.1'], y: ['10.244.0.1'] });
    assert.deepEqual(problemsOn(desired, 'x'), ['address.two-claims']);
    assert.deepEqual(problemsOn(desired, 'y'), ['address.two-claims']);
    assert.deepEqual(desired.wantedElsewhere(key('y'), subnet), [key('x')]);
  });

  it('between clusters the second claim is told to the first key too, and so is its end', () => {
    const one = new ClusterWorld('a');
    const two = new ClusterWorld('b');
    one.pod('shop', 'x', ['10.244.0.1']);
    const clusters = [one.name, two.name];
    const desired = desiredOf(documentOf([mapping('m', { from: { sources: clusters } })]), one, two);

    const rival = two.pod('shop', 'x', ['10.244.0.1']);
    const told = desired.apply(two.take());
    const during = problemsOn(desired, 'a_shop_x');
    two.remove(rival);
    const released = desired.apply(two.take());

    assert.deepEqual([...told].toSorted(), [key('a_shop_x'), key('b_shop_x')]);
    assert.deepEqual(during, ['address.two-claims']);
    assert.ok(released.has(key('a_shop_x')));
    assert.deepEqual(problemsOn(desired, 'a_shop_x'), []);
  });
});
