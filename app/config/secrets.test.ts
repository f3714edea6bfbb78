import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfinedSecrets, createSecrets, resolveTrust } from './secrets.ts';

describe('secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  writeFileSync(join(folder, 'token'), 'abc\n');
  writeFileSync(join(folder, 'empty'), '\n');
  const secrets = createSecrets(folder, { TOKEN: 'from-env', EMPTY: '' });

  it('reads a file beside the configuration, without its last line end', () => {
    assert.equal(secrets.read('file:token'), 'abc');
  });

  it('reads a variable', () => {
    assert.equal(secrets.read('env:TOKEN'), 'from-env');
  });

  for (const reference of ['file:nowhere', 'file:empty', 'env:NOWHERE', 'env:EMPTY'])
    it(`says that ${reference} cannot be read, and names it`, () => {
      assert.throws(
        () => secrets.read(reference),
        (error: Error) => error.message.includes(reference.split(':')[1]!),
      );
    });

  it('gives adapters PEM texts in place of references', () => {
    assert.deepEqual(resolveTrust({ ca: 'file:token' }, secrets), { caPem: 'abc' });
    assert.deepEqual(resolveTrust({ pin: 'env:TOKEN' }, secrets), { pinPem: 'from-env' });
    assert.deepEqual(resolveTrust({ system: true }, secrets), { system: true });
  });
});

describe('secrets of a document that is edited in the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'token'), 'abc\n');
  writeFileSync(join(folder, 'files-beside'), 'not for you');
  writeFileSync(join(folder, 'outside'), 'not for you');
  const environment = { KUBESYNC_SECRET_TOKEN: 'from-env', HOME: '/root' };
  const secrets = createConfinedSecrets(join(folder, 'files'), environment, {
    read: (reference) => `stored ${reference}`,
  });

  it('are those that were put there for it, and those that the store keeps', () => {
    assert.equal(secrets.read('file:token'), 'abc');
    assert.equal(secrets.read('env:KUBESYNC_SECRET_TOKEN'), 'from-env');
    assert.equal(secrets.read('secret:x'), 'stored secret:x');
  });

  for (const reference of ['../outside', '../files-beside', `${folder}/outside`, '/etc/hostname']
    .map((path) => `file:${path}`)
    .concat('env:HOME'))
    it(`are not ${reference.replace(folder, '…')}`, () => {
      assert.throws(() => secrets.read(reference), /can be named/);
    });
});
