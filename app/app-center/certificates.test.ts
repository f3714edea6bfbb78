import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError, problemOf } from '../../backend/model/problems.ts';
import { ownThread, type Disk } from '../../backend/store/file/disk.ts';
import { createAppCredentials } from '../../lab/fabric/app-credentials.ts';
import { rememberCertificates } from './certificates.ts';

const log = { info: () => undefined, warn: () => undefined };

function folderWith(text?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  if (text !== undefined) writeFileSync(join(folder, 'app-center.json'), text);
  return folder;
}

async function certificate(): Promise<string> {
  return (await createAppCredentials('apic')).certificatePem;
}

describe('the certificates of the APIC beside us', () => {
  it('are known after another start', async () => {
    const dataDir = folderWith();
    const pem = await certificate();
    const before = rememberCertificates(log);
    before.keepIn({ dataDir });
    before.shown(pem);

    const after = rememberCertificates(log);
    after.keepIn({ dataDir });

    assert.equal(after.pem(), pem);
    assert.deepEqual(after.problems(), []);
  });

  it('are refused where a newer version kept them, and nothing is touched', () => {
    const text = '{"version":2}';
    const dataDir = folderWith(text);
    const certificates = rememberCertificates(log);

    assert.throws(
      () => certificates.keepIn({ dataDir }),
      (thrown) => problemOf(thrown).code === 'store.newer',
    );
    assert.deepEqual(readdirSync(dataDir), ['app-center.json']);
    assert.equal(readFileSync(join(dataDir, 'app-center.json'), 'utf8'), text);
  });

  it('are told to be damaged, and the file is set aside', () => {
    const dataDir = folderWith('torn');
    const certificates = rememberCertificates(log);

    certificates.keepIn({ dataDir });

    assert.deepEqual(
      certificates.problems().map(({ code }) => code),
      ['store.unreadable'],
    );
    assert.match(readdirSync(dataDir).join(), /^app-center\.json\.damaged-/);
  });

  it('go to the disk that is given; one that does not answer is a problem, and they hold in memory', async () => {
    const dataDir = folderWith();
    const disk: Disk = {
      ...ownThread,
      put: (path) => {
        throw new ProblemError('store.stalled', path);
      },
    };
    const certificates = rememberCertificates(log);
    certificates.keepIn({ dataDir, disk });
    const told: string[] = [];
    certificates.onProblem(() =>
      told.push(
        certificates
          .problems()
          .map(({ code }) => code)
          .join(),
      ),
    );
    const pem = await certificate();

    certificates.shown(pem);

    assert.equal(certificates.pem(), pem);
    assert.deepEqual(told, ['store.stalled']);
    assert.deepEqual(readdirSync(dataDir), []);
  });

  it('are written by nobody who only looks', async () => {
    const dataDir = folderWith('torn');
    const certificates = rememberCertificates(log);

    certificates.keepIn({ dataDir, lookOnly: true });
    certificates.shown(await certificate());

    assert.deepEqual(readdirSync(dataDir), ['app-center.json']);
    assert.equal(readFileSync(join(dataDir, 'app-center.json'), 'utf8'), 'torn');
  });
});
