import assert from 'node:assert/strict';
import { createLogger } from './logging.ts';

function logged(fields: object): Record<string, unknown> {
  const lines: string[] = [];
  createLogger('info', { write: (line) => void lines.push(line) }).info(fields, 'said');
  return JSON.parse(lines.join('')) as Record<string, unknown>;
}

describe('the log', () => {
  it('is one line of JSON in UTC, with a constant message and fields', () => {
    const { level, time, msg, system } = logged({ system: 'dc1' });

    assert.deepEqual([level, msg, system], ['info', 'said', 'dc1']);
    assert.match(String(time), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  for (const name of ['token', 'password', 'pwd', 'authorization', 'cookie', 'key', 'clientKey'])
    it(`does not tell what is called ${name}, however deep it stands`, () => {
      const line = JSON.stringify(
        logged({ [name]: 'hunter2', a: { [name]: 'hunter2', b: { [name]: 'hunter2' } } }),
      );

      assert.doesNotMatch(line, /hunter2/);
      assert.equal(line.split('[secret]').length, 4);
    });
});
