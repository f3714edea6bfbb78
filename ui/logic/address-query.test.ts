import assert from 'node:assert/strict';
import { addressQuery, sortedBy } from './address-query.ts';

describe('the query of the table of addresses', () => {
  it('is what stands in the address of the page', () => {
    const query = addressQuery({
      source: 'prod-a',
      state: 'notReady',
      sort: 'node',
      descending: 'true',
      offset: '200',
    });

    assert.deepEqual(
      [query.source, query.state, query.sort, query.descending, query.offset],
      ['prod-a', 'notReady', 'node', 'true', 200],
    );
  });

  it('leaves out what it does not understand', () => {
    const query = addressQuery({ state: 'asleep', sort: 'colour', offset: '-3', search: '' });

    assert.deepEqual(
      [query.state, query.sort, query.offset, query.search],
      [undefined, 'address', 0, undefined],
    );
  });

  it('turns the order round when the same column is asked for again, from the first page', () => {
    assert.deepEqual(sortedBy({ sort: 'node', descending: 'false' }, 'node'), {
      sort: 'node',
      descending: 'true',
      offset: '',
    });
    assert.equal(sortedBy({ sort: 'node', descending: 'true' }, 'node').descending, '');
    assert.equal(sortedBy({ sort: 'node', descending: 'false' }, 'state').descending, '');
  });
});
