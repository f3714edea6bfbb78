/** Reads that overlap: an answer that was long on its way is not taken for newer than what was read meanwhile. */
import assert from 'node:assert/strict';
import type { Dn } from './dn.ts';
import { Doubts } from './doubts.ts';
import { Mirror, type Doubt } from './mirror.ts';
import type { Mo } from './mo.ts';
import { Upkeep, type UpkeepOptions } from './upkeep.ts';

const calico = 'uni/tn-k8s/out-calico' as Dn;
const web = `${calico}/instP-web` as Dn;
const signal = new AbortController().signal;

function relation(vrf: string): Mo {
  return {
    className: 'l3extRsEctx',
    dn: `${calico}/rsectx` as Dn,
    attributes: { tDn: `uni/tn-k8s/${vrf}`, state: 'formed' },
  };
}

function structureIn(vrf: string): readonly Mo[] {
  return [
    { className: 'fvTenant', dn: 'uni/tn-k8s' as Dn, attributes: {} },
    { className: 'l3extOut', dn: calico, attributes: {} },
    relation(vrf),
  ];
}

function fault(severity: string): Mo {
  const attributes = { code: 'F0467', severity, lc: 'raised', descr: `in ${web}`, changeSet: '' };
  return { className: 'faultInst', dn: 'topology/pod-1/node-101/local/fault-F0467' as Dn, attributes };
}

function notice(mo: Mo): Mo {
  return { ...mo, attributes: { ...mo.attributes, status: 'modified' } };
}

interface Truth {
  structure: readonly Mo[];
  faults: readonly Mo[];
}

/** A fabric that answers at once with what is true then; an answer arrives when it is let go. */
function fabricOf(truth: Truth) {
  const held: PromiseWithResolvers<undefined>[] = [];
  let isSlow = false;
  const answer = async <Answer>(value: Answer): Promise<Answer> => {
    if (!isSlow) return value;
    const gate = Promise.withResolvers<undefined>();
    held.push(gate);
    await gate.promise;
    return value;
  };
  const reader: UpkeepOptions['reader'] = {
    fabric: () => answer({ ...truth, records: new Map() }),
    tenant: () => answer(truth.structure),
    faults: () => answer(truth.faults),
    container: () => Promise.resolve({ present: true, records: new Map() }),
    object: () => Promise.resolve(undefined),
  };
  return {
    reader,
    /** Begins a read whose answer is on its way until the function that comes back is called. */
    async slowly(read: () => Promise<void>): Promise<() => Promise<void>> {
      isSlow = true;
      const done = read();
      while (held.length === 0) await Promise.resolve();
      isSlow = false;
      const gate = held.shift();
      return () => {
        gate?.resolve(undefined);
        return done;
      };
    },
  };
}

function start() {
  const truth: Truth = { structure: structureIn('ctx-old'), faults: [] };
  const fabric = fabricOf(truth);
  const mirror = new Mirror();
  const uncertain: Doubt[] = [];
  const upkeep = new Upkeep({
    reader: fabric.reader,
    mirror,
    doubts: new Doubts(),
    wanted: () => [],
    confirm: () => Promise.resolve(),
    onFound: () => undefined,
    onMissed: () => undefined,
    onStructure: () => undefined,
    onUncertain: (doubt) => uncertain.push(doubt),
  });
  return { truth, fabric, mirror, upkeep, uncertain, vrf: () => mirror.structure.vrfDn(calico) };
}

describe('what stands around the objects of a fabric', () => {
  it('is not replaced by the older answer of a full read, when a tenant was read anew meanwhile', async () => {
    const { truth, fabric, mirror, upkeep, vrf } = start();
    await upkeep.readAll(signal);

    const arrive = await fabric.slowly(() => upkeep.readAll(signal));
    truth.structure = structureIn('ctx-new');
    assert.deepEqual(mirror.judge(notice(relation('ctx-new'))), { in: 'tenant', tenant: 'k8s' });
    await upkeep.readTenant('k8s', signal);
    await arrive();

    assert.equal(vrf(), 'uni/tn-k8s/ctx-new');
  });

  it('is not replaced by the older answer about a tenant, when everything was read meanwhile', async () => {
    const { truth, fabric, upkeep, vrf } = start();
    await upkeep.readAll(signal);

    const arrive = await fabric.slowly(() => upkeep.readTenant('k8s', signal));
    truth.structure = structureIn('ctx-new');
    await upkeep.readAll(signal);
    await arrive();

    assert.equal(vrf(), 'uni/tn-k8s/ctx-new');
  });

  it('keeps faults that were read anew during a full read', async () => {
    const { truth, fabric, mirror, upkeep } = start();
    await upkeep.readAll(signal);

    const arrive = await fabric.slowly(() => upkeep.readAll(signal));
    truth.faults = [fault('major')];
    await upkeep.readFaults(signal);
    await arrive();

    assert.equal(mirror.faults.of(web).length, 1);
  });

  it('is read again when it differs from what was known, and was notified of while it was read', async () => {
    const { truth, fabric, mirror, upkeep, uncertain, vrf } = start();
    await upkeep.readAll(signal);
    truth.structure = structureIn('ctx-new');
    truth.faults = [fault('major')];

    const arrive = await fabric.slowly(() => upkeep.readAll(signal));
    // Both went back at once, so nobody who compares with what is known hears anything new in this.
    mirror.judge(notice(relation('ctx-old')));
    mirror.judge({ ...fault('cleared'), attributes: { status: 'deleted' } });
    await arrive();

    assert.equal(vrf(), 'uni/tn-k8s/ctx-new');
    assert.deepEqual(uncertain, [{ in: 'tenant', tenant: 'k8s' }, { in: 'faults' }]);
  });

  it('is not read again when it was notified of, and is as it was', async () => {
    const { fabric, mirror, upkeep, uncertain } = start();
    await upkeep.readAll(signal);

    const arrive = await fabric.slowly(() => upkeep.readAll(signal));
    mirror.judge(notice(relation('ctx-old')));
    await arrive();

    assert.deepEqual(uncertain, []);
  });
});
