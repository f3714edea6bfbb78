import assert from 'node:assert/strict';
import type { Dn } from '../dn.ts';
import type { Mo } from '../mo.ts';
import { EndpointNotices } from './endpoint-notices.ts';

function heard(...mos: readonly Mo[]): number {
  let asked = 0;
  const notices = new EndpointNotices({ followers: new Map(), onSwitches: () => (asked += 1) });
  notices.receive(mos);
  return asked;
}

function node(className: string, attributes: Readonly<Record<string, string>>): Mo {
  return {
    className,
    dn: 'topology/pod-1/node-101' as Dn,
    attributes: { status: 'modified', ...attributes },
  };
}

describe('notifications of switches', () => {
  it('lead to a read when one left, came back, started, appeared or vanished', () => {
    const asked = [
      heard(node('fabricNode', { fabricSt: 'inactive' })),
      heard(node('topSystem', { lastRebootTime: '2026-01-01T00:00:00.000+00:00' })),
      heard(node('fabricNode', { status: 'created' })),
      heard(node('fabricNode', { status: 'deleted' })),
    ];

    assert.deepEqual(asked, [1, 1, 1, 1]);
  });

  it('lead to nothing when they say nothing of its service', () => {
    assert.equal(heard(node('topSystem', { currentTime: '2026-01-01T00:00:00.000+00:00' })), 0);
  });
});
