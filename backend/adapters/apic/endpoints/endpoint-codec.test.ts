import assert from 'node:assert/strict';
import type { Dn } from '../dn.ts';
import type { Mo } from '../mo.ts';
import { endpointsOf, switchStates } from './endpoint-codec.ts';

const base = 'uni/tn-t/ap-a/epg-web/cep-00:50:56:aa:00:01';
const hour = 3_600_000;
const now = Date.parse('2026-01-01T12:00:00.000+00:00');

function at(className: string, dn: string, attributes: Readonly<Record<string, string>>): Mo {
  return { className, dn: dn as Dn, attributes };
}

describe('endpoints as the APIC shows them', () => {
  it('have the address in one spelling, and the MAC of the object above', () => {
    const [seen] = endpointsOf([at('fvIp', `${base}/ip-[FD00:0::1]`, { addr: 'FD00:0::1' })]);

    assert.deepEqual([seen?.address, seen?.mac], ['fd00::1', '00:50:56:AA:00:01']);
  });

  it('are where they are reported; without reports, where they are attached', () => {
    const fabricPathDn = 'topology/pod-1/protpaths-101-102/pathep-[vpc/1]';
    const reported = at('fvIp', `${base}/ip-[10.0.0.1]`, { fabricPathDn });
    const attached = at('fvIp', `${base}/ip-[10.0.0.2]`, { fabricPathDn });
    const report = at('fvReportingNode', `${base}/ip-[10.0.0.1]/node-102`, { id: '102' });

    const nodes = endpointsOf([reported, attached, report]).map((seen) => seen.nodes);

    assert.deepEqual(nodes, [['102'], ['101', '102']]);
  });

  it('are left out without an address', () => {
    assert.deepEqual(endpointsOf([at('fvIp', `${base}/ip-[unknown]`, { addr: 'unknown' })]), []);
  });
});

describe('switches as the APIC shows them', () => {
  const fabricNode = (attributes: Readonly<Record<string, string>>): Mo =>
    at('fabricNode', 'topology/pod-1/node-101', { role: 'leaf', fabricSt: 'active', ...attributes });
  const topSystem = (attributes: Readonly<Record<string, string>>): Mo =>
    at('topSystem', 'topology/pod-1/node-101/sys', attributes);
  const started = { lastRebootTime: '2026-01-01T09:00:00.000+00:00' };

  it('are as old as their start or their last change, whichever was later', () => {
    const changed = { lastStateModTs: '2026-01-01T11:00:00.000+00:00' };

    const ages = [
      switchStates([fabricNode({})], [topSystem(started)], now),
      switchStates([fabricNode(changed)], [topSystem(started)], now),
    ].map(([state]) => state?.forMs);

    assert.deepEqual(ages, [3 * hour, hour]);
  });

  it('tell their age by their own clock, in whatever zone', () => {
    const currentTime = '2026-01-01T04:30:00.000-05:00';

    const [state] = switchStates([fabricNode({})], [topSystem({ ...started, currentTime })], now);

    assert.equal(state?.forMs, hour / 2);
  });

  it('are of unknown age when they do not show when they started', () => {
    const ages = [[], [topSystem({ lastRebootTime: 'never' })]].map(
      (systems) => switchStates([fabricNode({})], systems, now)[0]?.forMs,
    );

    assert.deepEqual(ages, [undefined, undefined]);
  });

  it('are in service only while active, and controllers are none', () => {
    const controller = at('fabricNode', 'topology/pod-1/node-1', { role: 'controller', fabricSt: 'unknown' });

    const states = switchStates(
      [fabricNode({ fabricSt: 'inactive' }), controller],
      [topSystem(started)],
      now,
    );

    assert.deepEqual(
      states.map(({ node, inService }) => [node, inService]),
      [['101', false]],
    );
  });
});
