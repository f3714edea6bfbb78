import assert from 'node:assert/strict';
import { keyText } from '../model/identity.ts';
import { due, have, key, lines, mapping, mark, planOf, subnet, want, type World } from './plan.fixture.ts';

const web = mapping('web');
const base = { mappings: [web], wants: [], haves: [], existingContracts: ['web'] };

describe('the source in a mark', () => {
  const wants = [want(key('web'), { addresses: ['10.0.0.1'] })];
  const shared = have(key('web'), { mark: mark('web', '-'), addresses: ['10.0.0.1'] });
  const item = shared.items.get(subnet('10.0.0.1'))!;
  const oneIsDown: World['freshness'] = (_, from) => (from === '-' ? 'unknown' : 'synced');
  const world = { ...base, wants, haves: [shared] };

  it('is not narrowed while one of the sources cannot be believed: it may still serve the address', () => {
    const plan = planOf({ ...world, freshness: oneIsDown });

    assert.deepEqual(lines(plan), [
      'updateObject k8s/web: source-not-synced',
      'updateItem k8s/web subnet:10.0.0.1/32: source-not-synced',
    ]);
  });

  it('is narrowed once all of them can be believed', () => {
    const plan = planOf(world);

    assert.equal(due(plan).length, 2);
  });

  it('is widened at any time', () => {
    const wide = want(key('web'), { mark: mark('web', '-') });

    const plan = planOf({ ...world, wants: [wide], haves: [have(key('web'))], freshness: oneIsDown });

    assert.deepEqual(lines(plan), ['updateObject k8s/web: apply']);
  });

  it('stays as it is while an attribute is repaired', () => {
    const broken = { ...item, attributes: { scope: 'shared-rtctrl' } };
    const object = {
      ...shared,
      attributes: { description: 'old' },
      items: new Map([[item.id, broken]]),
    };
    const described = want(key('web'), { addresses: ['10.0.0.1'], attributes: { description: 'new' } });

    const plan = planOf({ ...world, wants: [described], haves: [object], freshness: oneIsDown });

    const [ofObject, ofItem] = due(plan);
    assert.ok(ofObject?.type === 'updateObject' && ofItem?.type === 'updateItem');
    assert.deepEqual([ofObject.mark.source, ofItem.item.mark.source], ['-', '-']);
    assert.deepEqual(
      [ofObject.attributes, ofItem.item.attributes],
      [{ description: 'new' }, { scope: 'import-security' }],
    );
  });

  it('is not narrowed by taking over an orphan that a person approved either', () => {
    const orphaned = have(key('web'), { mark: mark('former', '-') });
    const approvals = [{ mapping: web.name, changes: new Set([`updateObject ${keyText(key('web'))}`]) }];

    const plan = planOf({
      ...world,
      wants: [want(key('web'))],
      haves: [orphaned],
      approvals,
      freshness: oneIsDown,
    });

    assert.deepEqual(lines(plan), ['updateObject k8s/web: source-not-synced']);
  });
});
