/** What the simulated fabric has no class for: a service graph that uses a policy. */
import assert from 'node:assert/strict';
import { formatMark } from '../../model/ownership-mark.ts';
import { compose } from './composition.ts';
import type { Dn } from './dn.ts';
import type { Mo } from './mo.ts';
import { checkOwnership } from './ownership-check.ts';
import { dnOf, erase, instance, mark } from './testing/world.ts';

const policy = dnOf('t/p') as Dn;
const signal = new AbortController().signal;
const own: Mo = { className: 'vnsSvcRedirectPol', dn: policy, attributes: { annotation: formatMark(mark) } };

async function lostFor(below: readonly Mo[]): Promise<readonly string[]> {
  const surroundings = { instance, get: () => undefined, referrers: () => [] };
  const composition = compose([erase('t/p')], surroundings, () => true);
  const query = { read: () => Promise.resolve([own, ...below]) };
  const { lost } = await checkOwnership(query, instance, composition, signal);
  return lost.map(({ problem }) => problem.code);
}

describe('the last look before a delete', () => {
  it('keeps a policy that a service graph refers to', async () => {
    const className = 'vnsRtLIfCtxToSvcRedirectPol';
    const dn =
      `${policy}/rtLIfCtxToSvcRedirectPol-[uni/tn-t/ldevCtx-c-web-g-fw-n-N1/lIfCtx-c-consumer]` as Dn;

    assert.deepEqual(await lostFor([{ className, dn, attributes: {} }]), ['object.in-use']);
  });

  it('does not mind what the system itself adds', async () => {
    const health: Mo = { className: 'healthInst', dn: `${policy}/health` as Dn, attributes: {} };

    assert.deepEqual(await lostFor([health]), []);
  });
});
