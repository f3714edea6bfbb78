import assert from 'node:assert/strict';
import { readSettings, writeSettings } from './settings-form.ts';

describe('the settings as a form', () => {
  it('shows what is written, and sends the same again', () => {
    const written = { guard: { share: 0.3, window: '2h' }, access: { roles: { operator: ['ops', 'noc'] } } };
    const texts = readSettings(written);

    assert.equal(texts['guard.share'], '0.3');
    assert.equal(texts['access.roles.operator'], 'ops\nnoc');
    assert.deepEqual(writeSettings(written, texts), written);
  });

  it('leaves out what is empty, and keeps what it does not know', () => {
    const written = { guard: { share: 0.3 }, later: { some: 'thing' } };

    assert.deepEqual(writeSettings(written, { ...readSettings(written), 'guard.share': ' ' }), {
      later: { some: 'thing' },
    });
    assert.deepEqual(written.guard, { share: 0.3 });
  });

  it('lets the server judge what is no number', () => {
    assert.deepEqual(writeSettings({}, { 'guard.atMost': 'many', 'history.megabytes': '700' }), {
      guard: { atMost: 'many' },
      history: { megabytes: 700 },
    });
  });
});
