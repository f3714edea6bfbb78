import assert from 'node:assert/strict';
import { concerns, fieldFor, ofEntry } from './faults.ts';

const fault = (path: string) => ({ path, found: 'nothing', expected: 'something' });

describe('faults of an entry', () => {
  it('are at their fields, wherever the entry stands in the document', () => {
    const paths = ['mappings[3].to.pool.port', 'clusters[0].server', 'mappings[0]', 'to.pool', 'entry.name'];

    assert.deepEqual(
      ofEntry(paths.map(fault)).map(({ path }) => path),
      ['to.pool.port', 'server', '', 'to.pool', 'name'],
    );
  });

  it('concern a field when they are about it or a part of it', () => {
    const [item, inner, other] = ['controllers[1]', 'controllers.x', 'controllersX'].map(fault);

    assert.deepEqual(
      [item, inner, other].map((each) => each !== undefined && concerns(each, 'controllers')),
      [true, true, false],
    );
  });

  it('lead to the field, to one inside, or to the one around', () => {
    const fields = ['name', 'credentials.token', 'to.pool.minHealthy'];

    assert.deepEqual(
      ['name', 'credentials', 'to.pool.minHealthy.x', 'ranges.pods[0]'].map((path) => fieldFor(path, fields)),
      ['name', 'credentials.token', 'to.pool.minHealthy', undefined],
    );
  });
});
