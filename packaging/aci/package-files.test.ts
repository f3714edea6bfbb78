import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { imageArchive } from '../verify/testing/sample.ts';
import { verifyPackage } from '../verify/verify.ts';
import { appFolder } from './manifest.ts';
import { packageTree } from './tree.ts';
import { zip } from './zip.ts';

const theirs = {
  'contact.json': JSON.stringify({
    'contact-email': 'app@example.com',
    'contact-phone': '+1 555 010 0000',
    'contact-url': 'https://example.com',
  }),
  'Legal/Cisco_App_Center_Customer_Agreement.docx': 'agreed',
  'Legal/Cisco_App_Center_Export_Compliance_Questionnaire.docx': 'answered',
  'Media/License/Cisco_App_Center_License.txt': 'as Cisco gives it to publishers',
  'Media/IntroVideo/intro.mp4': '\0\0\0\x20ftypisom',
};

describe('the files of a package', () => {
  let publisher: string;

  beforeEach(async () => {
    publisher = await mkdtemp(join(tmpdir(), 'publisher-'));
  });

  afterEach(() => rm(publisher, { recursive: true }));

  it('are what an APIC asks for', async () => {
    const archive = await zip(appFolder, await files());

    assert.deepEqual(await verifyPackage(archive, { mode: 'apic' }), []);
  });

  it('lack only the signature when a publisher adds what only they have', async () => {
    for (const [path, body] of Object.entries(theirs)) {
      await mkdir(dirname(join(publisher, path)), { recursive: true });
      await writeFile(join(publisher, path), body);
    }

    const archive = await zip(appFolder, await files(publisher));

    const findings = await verifyPackage(archive, { mode: 'store' });
    assert.deepEqual(
      findings.map(({ code }) => code),
      [150],
    );
  });

  it('are packed into the same bytes in every time zone', async () => {
    const zone = process.env['TZ'];
    const packed = async (name: string): Promise<Buffer> => {
      process.env['TZ'] = name;
      return zip(appFolder, [{ path: 'app.json', body: Buffer.from('{}'), mode: 0o644 }]);
    };
    try {
      const [east, west] = [await packed('Pacific/Auckland'), await packed('America/Los_Angeles')];

      assert.ok(east.equals(west));
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

async function files(publisher?: string): ReturnType<typeof packageTree> {
  return packageTree({ image: await imageArchive(), licences: 'theirs', publisher });
}
