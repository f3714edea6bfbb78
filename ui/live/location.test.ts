import assert from 'node:assert/strict';
import { linkTo, parsePlace } from './location.ts';

describe('the place in the hash', () => {
  it('is a path and a query, there and back', () => {
    const hash = linkTo('/addresses', { source: 'prod-a', search: 'a b&c', state: '' });

    assert.equal(hash, '#/addresses?source=prod-a&search=a+b%26c');
    assert.deepEqual(parsePlace(hash), {
      path: '/addresses',
      query: { source: 'prod-a', search: 'a b&c' },
    });
  });

  it('is the first page where there is none, or only an anchor', () => {
    for (const hash of ['', '#', '#main', '#/']) assert.deepEqual(parsePlace(hash), { path: '/', query: {} });
  });
});
