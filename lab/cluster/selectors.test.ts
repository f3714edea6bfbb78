import assert from 'node:assert/strict';
import { kindOfResource } from './kinds.ts';
import { formatSelector, parseFieldSelector, parseLabelSelector, selects } from './selectors.ts';
import type { KubeObject } from './objects.ts';

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'shop', labels: { app: 'cart', tier: 'web', weight: '5' } },
  spec: { nodeName: 'node-1' },
  status: { phase: 'Running' },
};

function pods(): NonNullable<ReturnType<typeof kindOfResource>> {
  return kindOfResource('pods')!;
}

describe('label selectors', () => {
  const cases: readonly [string, boolean][] = [
    ['app=cart', true],
    ['app==cart', true],
    ['app=web', false],
    ['app!=web', true],
    ['missing!=web', true],
    ['app', true],
    ['missing', false],
    ['!missing', true],
    ['! app', false],
    ['app in (cart, web)', true],
    ['app in (web)', false],
    ['app notin (web)', true],
    ['missing notin (web)', true],
    ['weight>4', true],
    ['weight < 5', false],
    ['app=cart,tier in (web,db),!missing', true],
    ['app=cart,tier=db', false],
    ['missing=', false],
    ['', true],
  ];
  for (const [text, expected] of cases) {
    it(`${expected ? 'pass' : 'stop'} the pod for ${JSON.stringify(text)}`, () => {
      assert.equal(parseLabelSelector(text)(pod), expected);
    });
  }

  const faults: readonly [string, string][] = [
    ['a===b', "unable to parse requirement: found '=', expected: identifier"],
    ['a,', "unable to parse requirement: found '', expected: identifier after ','"],
    ['a in b', "unable to parse requirement: found 'b', expected: '('"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    [',a', "unable to parse requirement: found ',', expected: identifier"],
  ];
  for (const [text, message] of faults) {
    it(`refuse ${JSON.stringify(text)} with the words of the real parser`, () => {
      assert.throws(() => parseLabelSelector(text), { message });
    });
  }
});

describe('field selectors', () => {
  it('compare fields of the kind', () => {
    assert.equal(parseFieldSelector('spec.nodeName=node-1,status.phase!=Pending', pods())(pod), true);
    assert.equal(parseFieldSelector('metadata.name==b', pods())(pod), false);
  });

  it('refuse fields that the kind does not offer', () => {
    assert.throws(() => parseFieldSelector('spec.foo=x', pods()), {
      message: 'field label not supported: spec.foo',
    });
  });
});

describe('selectors of workloads', () => {
  it('meet nothing when they are empty', () => {
    assert.equal(selects({}, { app: 'cart' }), false);
    assert.equal(selects(undefined, { app: 'cart' }), false);
  });

  it('join exact labels and expressions', () => {
    const selector = {
      matchLabels: { app: 'cart' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['web'] },
        { key: 'old', operator: 'DoesNotExist' },
      ],
    };

    assert.equal(selects(selector, pod.metadata.labels), true);
    assert.equal(selects(selector, { ...pod.metadata.labels, old: 'x' }), false);
    assert.equal(formatSelector(selector), 'app=cart,tier in (web),!old');
  });
});
