import assert from 'node:assert/strict';
import type { System } from '../apply/ports.ts';
import { createUnavailableSystem } from '../adapters/system/unavailable-system.ts';
import type { ObjectRef } from '../model/cluster-records.ts';
import {
  keyText,
  type ObjectPath,
  type SourceName,
  type SystemName,
  type TargetKey,
} from '../model/identity.ts';
import type { Change } from '../model/plan.ts';
import { problem } from '../model/problems.ts';
import type { ActualObject, DesiredObject } from '../model/target-object.ts';
import { openLedger } from '../store/ledger/ledger.ts';
import { groupOwnersRecorder } from './group-owners.ts';
import type { DesiredState, GroupOwner, Ledger } from './ports.ts';

const dc1 = 'dc1' as SystemName;
const key: TargetKey = { system: dc1, kind: 'externalEpg', name: 'k8s/calico/web' };
const text = keyText(key);

const ownerOf = (uid: string, path = 'shop/web'): GroupOwner => ({
  cluster: 'prod-a' as SourceName,
  ref: { kind: 'Deployment', path: path as ObjectPath, uid } satisfies ObjectRef,
});

interface World {
  readonly ledger: Ledger;
  readonly round: (...verdicts: readonly boolean[]) => void;
  /** Another process on the same ledger. */
  restart(): void;
  /** Of the group that is wanted; undefined: none is. */
  wanted: GroupOwner | undefined;
  isOwned: boolean;
  isRead: boolean;
}

function arrange(): World {
  const { view, ...rest } = createUnavailableSystem(dc1, problem('fabric.unreachable', ''));
  const object = { key, items: new Map() } as unknown as ActualObject;
  const system: System = {
    ...rest,
    view: {
      ...view,
      problem: undefined,
      get: () => (world.isRead ? object : problem('fabric.incomplete', '')),
      owned: () => (world.isOwned ? [object] : []),
    },
  };
  const desired = {
    get: () => world.wanted && ({ key, owner: world.wanted } as DesiredObject),
  } as unknown as DesiredState;
  const ledger = openLedger(':memory:');
  let record = groupOwnersRecorder({ system, desired, ledger });
  const world: World = {
    ledger,
    wanted: ownerOf('u1'),
    isOwned: false,
    isRead: true,
    round(...verdicts) {
      record({ changes: verdicts.map((apply) => ({ key, verdict: { apply } }) as Change) });
      world.isOwned ||= verdicts.includes(true);
    },
    restart() {
      record = groupOwnersRecorder({ system, desired, ledger });
    },
  };
  return world;
}

const stored = ({ ledger }: World): GroupOwner | undefined => ledger.groupOwner(text);

describe('the owner of a group, for the next process', () => {
  it('is known once something of it is about to be written, and not before', () => {
    const world = arrange();

    world.round(false);
    const before = stored(world);
    world.round(true);

    assert.equal(before, undefined);
    assert.deepEqual(stored(world), ownerOf('u1'));
  });

  it('is the one that was made anew under its name, though nothing is written', () => {
    const world = arrange();
    world.round(true);

    world.wanted = ownerOf('u2');
    world.round();
    const meanwhile = stored(world);
    world.restart();
    world.wanted = ownerOf('u3');
    world.round(false);

    assert.deepEqual(meanwhile, ownerOf('u2'));
    assert.deepEqual(stored(world), ownerOf('u3'));
  });

  it('is no other group that wants the name, before something is written for that', () => {
    const world = arrange();
    world.round(true);

    world.wanted = ownerOf('u2', 'shop/api');
    world.round(false);
    const before = stored(world);
    world.round(true);

    assert.deepEqual(before, ownerOf('u1'));
    assert.deepEqual(stored(world), ownerOf('u2', 'shop/api'));
  });

  it('is kept while its object is ours, and forgotten with it', () => {
    const world = arrange();
    world.round(true);

    world.wanted = undefined;
    world.restart();
    world.round();
    const whileThere = stored(world);
    world.isOwned = false;
    world.round();

    assert.deepEqual(whileThere, ownerOf('u1'));
    assert.equal(stored(world), undefined);
  });

  it('is kept while it cannot be read whether there is anything of it', () => {
    const world = arrange();
    world.round(true);

    world.wanted = undefined;
    world.isOwned = false;
    world.isRead = false;
    world.round();

    assert.deepEqual(stored(world), ownerOf('u1'));
  });
});
