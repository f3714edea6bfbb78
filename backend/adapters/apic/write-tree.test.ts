import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Change } from '../../model/plan.ts';
import { compose } from './composition.ts';
import { costOf } from './cost.ts';
import type { Dn } from './dn.ts';
import { Mirror } from './mirror.ts';
import {
  add,
  create,
  destination,
  erase,
  instance,
  ipSla,
  relation,
  remove,
  subnet,
  update,
  dnOf as dnOfName,
} from './testing/world.ts';
import { requestOf, type WriteRequest } from './write-tree.ts';

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

function composed(mirror: Mirror, changes: readonly Change[]): ReturnType<typeof compose> {
  const surroundings = {
    instance,
    get: mirror.get.bind(mirror),
    referrers: mirror.referrers.bind(mirror),
  };
  return compose(changes, surroundings, () => false);
}

/** On an empty fabric. */
function requestFor(changes: readonly Change[]): WriteRequest {
  const { patches, arriving } = composed(new Mirror(), changes);
  return requestOf([...[...patches.values()].flat(), ...arriving]);
}

function treeOf(...changes: readonly Change[]): { readonly path: string; readonly root: Node } {
  const { path, body } = requestFor(changes);
  return { path, root: nodeOf(JSON.parse(body)) };
}

const one = subnet('10.0.0.1');
const dnOf = (name: string): Dn => dnOfName(name) as Dn;

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

  it('brings kinds together, and a health group once', () => {
    const shared = { healthGroup: 'b' };

    const { path, root } = treeOf(
      create('t/o/a'),
      create('t/p'),
      add('t/p', ipSla('tcp80')),
      add('t/p', destination('10.0.0.1', shared)),
      update('t/q', destination('fd00::1', shared)),
    );

    const seen = (node: Node): unknown => [node.className, node.status, node.children.map(seen)];
    assert.equal(path, '/api/mo/uni/tn-t.json');
    const relation = ['vnsRsRedirectHealthGroup', 'created,modified', []];
    assert.deepEqual(root.children.map(seen)[1], [
      'vnsSvcCont',
      'modified',
      [
        [
          'vnsSvcRedirectPol',
          'created',
          [
            ['vnsRsIPSLAMonitoringPol', 'created', []],
            ['vnsRedirectDest', 'created', [relation]],
          ],
        ],
        ['vnsSvcRedirectPol', 'modified', [['vnsRedirectDest', 'modified', [relation]]]],
        ['vnsRedirectHealthGroup', 'created,modified', []],
      ],
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
      fc.constant(add('tenant/some-name', destination('fd00:10:244::1'))),
      fc.constant(add('tenant/some-name', ipSla('tcp80'))),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 20 }), (changes) => {
        const { body } = requestFor(changes);
        const announced = changes.reduce((sum, each) => sum + costOf(each).bytes, 0);

        assert.ok(body.length <= announced + 200, `${body.length} of ${announced}`);
      }),
    );
  });

  it('leaves no trace in the record of what was added and removed again', () => {
    const mirror = new Mirror();
    const items = [one, relation('provides', 'web')];
    const show = (...changes: readonly Change[]): number | undefined => {
      for (const [dn, record] of composed(mirror, changes).after) mirror.write(dn, record);
      return mirror.get(dnOf('t/o/a'))?.items.size;
    };

    const sizes = [
      show(create('t/o/a')),
      show(...items.map((item) => add('t/o/a', item))),
      show(...items.map((item) => remove('t/o/a', item))),
    ];

    assert.deepEqual(sizes, [0, 2, 0]);
    assert.equal([...(mirror.get(dnOf('t/o/a'))?.mos ?? [])].length, 1);
  });
});
