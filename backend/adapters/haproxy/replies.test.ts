import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseReply, Replies } from './replies.ts';

/** As HAProxy's names and tables may look, the prompt's own characters among them; a line never begins with the prompt. */
const body = fc
  .array(fc.string({ unit: fc.constantFrom('a', '1', ' ', '>', '#', '[', ':', '.') }), { maxLength: 5 })
  .map((lines) => lines.map((line) => line.replace(/^>+/, '')).join('\n'));

describe('replies of the Runtime API', () => {
  it('come out the same however their bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(body, { maxLength: 6 }),
        fc.array(fc.nat(7), { minLength: 1 }),
        (bodies, sizes) => {
          const replies = new Replies();
          let left = bodies.map((each) => `${each}\n> `).join('');
          const taken: string[] = [];

          for (let piece = 0; left !== ''; piece += 1) {
            const size = (sizes[piece % sizes.length] ?? 0) + 1;
            taken.push(...replies.take(left.slice(0, size)));
            left = left.slice(size);
          }

          assert.deepEqual(taken, bodies);
          assert.equal(replies.rest, '');
        },
      ),
    );
  });

  it('are not ended by a blank line, by a prompt inside a line, or by the end of a piece', () => {
    const replies = new Replies();

    const first = replies.take('one\n\na> b > c\n');
    const second = replies.take('> ');

    assert.deepEqual(first, []);
    assert.deepEqual(second, ['one\n\na> b > c']);
  });

  it('carry a severity where they are messages, and none where they are data', () => {
    assert.deepEqual(parseReply('[3]: No such server.\n'), { severity: 3, text: 'No such server.' });
    assert.deepEqual(parseReply(''), { severity: undefined, text: '' });
    assert.deepEqual(parseReply('1\n# be_id be_name\n'), { severity: undefined, text: '1\n# be_id be_name' });
  });
});
