import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change } from '../../model/plan.ts';
import { externalEpg } from './codec/external-epg.ts';
import { add, create, erase, relation, remove, subnet } from './testing/world.ts';
import { afterWrite, costOf, requestOf } from './write-tree.ts';

interface Node {
  readonly className: string;
  readonly status: string | undefined;
  readonly children: readonly Node[];
}

function nodeOf(value: unknown): Node {
  const [className, body] = Object.entries(
    value as Record<string, { attributes: { status?: string }; children?: unknown[] }>,
  )[0]!;
  return { className, status: body.attributes.status, children: (body.children ?? []).map(nodeOf) };
}

function treeOf(...changes: readonly Change[]): { readonly path: string; readonly root: Node } {
  const { path, body } = requestOf(externalEpg, changes);
  return { path, root: nodeOf(JSON.parse(body)) };
}

const one = subnet('10.0.0.1');
const never = (): boolean => false;

describe('the tree of one write', () => {
  it('is rooted where all of it lies', () => {
    const paths = [
      [create('t/o/a'), create('t/o/b')],
      [create('t/o/a'), create('t/p/b')],
      [create('t/o/a'), create('u/o/b')],
    ].map((changes) => treeOf(...changes).path);

    assert.deepEqual(paths, ['/api/mo/uni/tn-t/out-o.json', '/api/mo/uni/tn-t.json', '/api/mo/uni.json']);
  });

  it('only ever expects tenants and L3Outs to be there', () => {
    const { root } = treeOf(create('t/o/a'), create('u/o/b'), add('u/o/c', one));

    const [tenant] = root.children;
    const leading = [root, tenant, tenant?.children[0]].map((node) => [node?.className, node?.status]);

    assert.deepEqual(leading, [
      ['polUni', 'modified'],
      ['fvTenant', 'modified'],
      ['l3extOut', 'modified'],
    ]);
  });

  it('makes what is new, expects what is not, and unmakes what leaves', () => {
    const { root } = treeOf(
      create('t/o/a'),
      add('t/o/a', one),
      remove('t/o/b', one),
      erase('t/o/c'),
      remove('t/o/c', one),
    );

    const epgs = root.children.map((node) => [node.status, node.children.map((child) => child.status)]);

    assert.deepEqual(epgs, [
      ['created', ['created']],
      ['modified', ['deleted']],
      ['deleted', []],
    ]);
  });

  it('weighs at most what was announced, apart from the way to it', () => {
    const item = fc.constantFrom('10.0.0.1', 'fd00:10:244::1').map((address) => subnet(address));
    const change = fc.oneof(
      item.map((each) => add('tenant/l3out/some-name', each)),
      item.map((each) => remove('tenant/l3out/some-name', each)),
      fc.constant(create('tenant/l3out/some-name')),
      fc.constant(add('tenant/l3out/some-name', relation('provides', 'web'))),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const { body } = requestOf(externalEpg, changes);
        const announced = changes.reduce((sum, each) => sum + costOf(each).bytes, 0);

        assert.ok(body.length <= announced + 100, `${body.length} of ${announced}`);
      }),
    );
  });

  it('leaves no trace in the record of what was added and removed again', () => {
    const before = afterWrite(externalEpg, undefined, [create('t/o/a')], never);

    const added = afterWrite(
      externalEpg,
      before,
      [add('t/o/a', one), add('t/o/a', relation('provides', 'web'))],
      never,
    );
    const removed = afterWrite(
      externalEpg,
      added,
      [remove('t/o/a', one), remove('t/o/a', relation('provides', 'web'))],
      never,
    );

    assert.equal(added?.items.size, 2);
    assert.equal(before?.items.size, 0);
    assert.equal(removed?.items.size, 0);
    assert.equal(removed.relations.size, 0);
  });
});
