import assert from 'node:assert/strict';
import fc from 'fast-check';
import { jsonPatch, mergePatch, strategicPatch } from './patch.ts';

describe('a JSON merge patch', () => {
  it('replaces, adds, and removes with null', () => {
    const target = { a: 1, b: { c: 2, d: 3 }, e: [1, 2] };

    assert.deepEqual(mergePatch(target, { a: 4, b: { c: null, f: 5 }, e: [9] }), {
      a: 4,
      b: { d: 3, f: 5 },
      e: [9],
    });
  });

  it('applied twice does what it does once', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const once = mergePatch(target, patch);

        assert.deepEqual(mergePatch(once, patch), once);
      }),
    );
  });
});

describe('a strategic merge patch', () => {
  it('joins containers by name and their ports by number', () => {
    const target = {
      containers: [
        { name: 'a', image: 'a:1', ports: [{ containerPort: 80, name: 'http' }] },
        { name: 'b', image: 'b:1' },
      ],
    };
    const patch = { containers: [{ name: 'a', image: 'a:2', ports: [{ containerPort: 81 }] }] };

    assert.deepEqual(strategicPatch(target, patch), {
      containers: [
        { name: 'a', image: 'a:2', ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81 }] },
        { name: 'b', image: 'b:1' },
      ],
    });
  });

  it('deletes an item, replaces a list, and takes values out of a set, when told so', () => {
    const target = {
      containers: [{ name: 'a' }, { name: 'b' }],
      ports: [{ port: 1 }],
      finalizers: ['x', 'y'],
    };
    const patch = {
      containers: [{ name: 'a', $patch: 'delete' }],
      ports: [{ $patch: 'replace' }, { port: 2 }],
      '$deleteFromPrimitiveList/finalizers': ['x'],
    };

    assert.deepEqual(strategicPatch(target, patch), {
      containers: [{ name: 'b' }],
      ports: [{ port: 2 }],
      finalizers: ['y'],
    });
  });
});

describe('a JSON patch', () => {
  it('adds, replaces, removes, moves, copies and tests, without touching the original', () => {
    const target = { a: { b: [1, 2] }, c: 'x' };

    const result = jsonPatch(target, [
      { op: 'test', path: '/c', value: 'x' },
      { op: 'add', path: '/a/b/-', value: 3 },
      { op: 'replace', path: '/a/b/0', value: 0 },
      { op: 'copy', from: '/c', path: '/d' },
      { op: 'move', from: '/c', path: '/e~1f' },
      { op: 'remove', path: '/a/b/1' },
    ]);

    assert.deepEqual(result, { a: { b: [0, 3] }, d: 'x', 'e/f': 'x' });
    assert.deepEqual(target, { a: { b: [1, 2] }, c: 'x' });
  });

  it('fails as a whole when a test fails or a path is missing', () => {
    assert.throws(() => jsonPatch({ a: 1 }, [{ op: 'test', path: '/a', value: 2 }]), /testing path \/a/);
    assert.throws(() => jsonPatch({ a: 1 }, [{ op: 'remove', path: '/b' }]), /missing path/);
    assert.throws(() => jsonPatch({ a: 1 }, { a: 2 }), /cannot unmarshal/);
  });
});
