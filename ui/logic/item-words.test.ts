import assert from 'node:assert/strict';
import type { ItemModel } from '../../backend/api/contract/models.ts';
import { itemTraits, itemWording } from './item-words.ts';

const now = 1_000_000;

function member(over: Partial<ItemModel> = {}): ItemModel {
  return {
    kind: 'member',
    name: '10.244.0.1:8080',
    wanted: true,
    present: true,
    ours: true,
    leaving: false,
    attributes: { state: 'enabled', weight: '1' },
    connections: null,
    drainingSince: null,
    reasons: [],
    pending: null,
    ...over,
  };
}

function pending(over: Partial<NonNullable<ItemModel['pending']>>): NonNullable<ItemModel['pending']> {
  return { type: 'removeItem', hold: null, because: '', step: '', leaving: false, detail: '', ...over };
}

const draining = { wanted: false, leaving: true, attributes: { state: 'drain' } };

describe('the words for an item', () => {
  const cases: readonly (readonly [string, ItemModel, string])[] = [
    ['in service', member(), 'in service'],
    ['of an external EPG', member({ kind: 'subnet' }), 'present'],
    ['of a person', member({ ours: false, pending: pending({}) }), 'not ours, left alone'],
    ['on its way', member({ present: false }), 'wanted'],
    ['that starts', member({ present: false, wanted: false, leaving: true }), 'not in service'],
    ['to be added', member({ present: false, pending: pending({ type: 'addItem' }) }), 'to be added'],
    [
      'to be drained',
      member({
        pending: pending({ type: 'updateItem', leaving: true, step: 'drain (30 s, then leave)' }),
      }),
      'due: drain (30 s, then leave)',
    ],
    [
      'that drains',
      member({
        ...draining,
        drainingSince: now - 18_000,
        connections: 3,
        pending: pending({ hold: 'draining', detail: '12 s left, 3 connections open' }),
      }),
      'draining for 18 s, 12 s left, 3 connections open',
    ],
    ['that drains, between two plans', member({ ...draining, connections: 2 }), 'draining, 2 open'],
    [
      'kept in service',
      member({
        leaving: true,
        pending: pending({
          type: 'updateItem',
          hold: 'min-healthy',
          detail: '1 of 4 in service, 2 must stay',
        }),
      }),
      'kept in service: 1 of 4 in service, 2 must stay',
    ],
    [
      'whose drain is held',
      member({ pending: pending({ type: 'updateItem', leaving: true, hold: 'paused' }) }),
      'drain held: paused',
    ],
    ['whose removal is held', member({ pending: pending({ hold: 'guard' }) }), 'removal held: guard'],
    [
      'to be removed',
      member({ pending: pending({ because: 'seen deleted', step: 'connections cut' }) }),
      'to be removed: seen deleted, connections cut',
    ],
  ];
  for (const [which, item, text] of cases)
    it(`say of one ${which}: ${text}`, () => {
      assert.equal(itemWording(item, now).text, text);
    });
});

describe('what is told of a member beside its name', () => {
  it('is what the system lets one set, and not what is switched off', () => {
    const attributes = { weight: '3', priorityGroup: '0', connectionLimit: '50', state: 'enabled' };

    assert.deepEqual(itemTraits(member({ attributes })), ['weight 3', 'at most 50 connections']);
  });

  it('is the MAC and the health group of a destination', () => {
    const attributes = { weight: '1', mac: '00:50:56:AA:00:01', healthGroup: '10_244_0_1' };

    assert.deepEqual(itemTraits(member({ kind: 'destination', attributes })), [
      'weight 1',
      'MAC 00:50:56:AA:00:01',
      'health group 10_244_0_1',
    ]);
  });
});
