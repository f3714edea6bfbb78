import assert from 'node:assert/strict';

import {
  file,
  imageArchive,
  packed,
  sample,
  top,
  zipped,
  type ImageParts,
  type Sample,
} from './testing/sample.ts';
import { codes, verifyPackage } from './verify.ts';

/** One way to be wrong, and whether an APIC notices it at upload or only the store. */
interface Break {
  readonly code: number;
  readonly on: 'apic' | 'store';
  readonly so: string;
  readonly running?: string;
  /** Codes that the same fault has too, in both modes. */
  readonly also?: readonly number[];
  readonly make: (sample: Sample) => void | Promise<void>;
}

const remove = (path: string) => (sample: Sample) => {
  for (const name of [...sample.files.keys()])
    if (name === `${top}/${path}` || name.startsWith(`${top}/${path}/`)) sample.files.delete(name);
};
const put =
  (path: string, body: string | Buffer, mode = 0o644) =>
  ({ files }: Sample) => {
    files.set(`${top}/${path}`, file(body, mode));
  };
const say =
  (field: string, value: unknown) =>
  ({ manifest }: Sample) => {
    manifest[field] = value;
  };
const forget =
  (field: string) =>
  ({ manifest }: Sample) => {
    Reflect.deleteProperty(manifest, field);
  };
const both =
  (...makes: readonly ((sample: Sample) => void)[]) =>
  (sample: Sample) => {
    for (const make of makes) make(sample);
  };
const image = 'Image/aci_appcenter_docker_image.tgz';
const ship =
  (parts: ImageParts) =>
  async ({ files }: Sample): Promise<void> => {
    files.set(`${top}/${image}`, file(await imageArchive(parts)));
  };
const kron = say('clustermanager', 'kron');
const right = { 'contact-email': 'a@example.com', 'contact-phone': '5550100000', 'contact-url': 'x' };

const mandatory = [
  ...['appid', 'version', 'iconfile', 'name', 'shortdescr', 'vendor', 'apicversion', 'author', 'category'],
  ...['vendordomain', 'permissions', 'permissionslevel'],
];
const breaks: readonly Break[] = [
  ...mandatory.map((field, at): Break => ({
    code: 10 + at,
    on: 'apic',
    so: `no ${field}`,
    also: ['appid', 'vendordomain'].includes(field) ? [901] : [],
    make: forget(field),
  })),
  { code: 22, on: 'store', so: 'no contact', make: forget('contact') },
  {
    code: 22,
    on: 'store',
    so: 'a short phone number',
    make: say('contact', { ...right, 'contact-phone': '555' }),
  },
  { code: 23, on: 'apic', so: 'no endpoints', make: forget('api') },
  { code: 101, on: 'apic', so: 'a strange folder', make: put('node_modules/x.js', '1') },
  { code: 102, on: 'apic', so: 'an old metaversion', make: say('metaversion', '0.9') },
  { code: 103, on: 'apic', so: 'an empty page', make: put('UIAssets/app.html', '') },
  { code: 104, on: 'apic', so: 'no page', also: [174], make: remove('UIAssets') },
  {
    code: 105,
    on: 'store',
    so: 'an empty agreement',
    make: remove('Legal/Cisco_App_Center_Customer_Agreement.docx'),
  },
  { code: 106, on: 'store', so: 'no agreement', make: remove('Legal') },
  {
    code: 107,
    on: 'apic',
    so: 'another start',
    make: both(remove('Service'), put('Service/run.sh', '#!/bin/sh')),
  },
  { code: 108, on: 'apic', so: 'no service', make: both(remove('Service'), forget('api')) },
  {
    code: 109,
    on: 'apic',
    so: 'two images',
    make: async ({ files }) => void files.set(`${top}/Image/b.tgz`, file(await imageArchive())),
  },
  { code: 110, on: 'apic', so: 'no image', make: remove('Image') },
  { code: 111, on: 'apic', so: 'a strange medium', make: put('Media/Songs/one.mp3', '1') },
  { code: 112, on: 'store', so: 'an empty readme', make: put('Media/Readme/readme.txt', '') },
  { code: 113, on: 'store', so: 'two readmes', make: put('Media/Readme/more.txt', 'more') },
  { code: 114, on: 'store', so: 'no text', make: put('Media/Readme/readme.txt', Buffer.from([1, 0, 255])) },
  { code: 115, on: 'store', so: 'no readme', make: remove('Media/Readme') },
  {
    code: 116,
    on: 'apic',
    so: 'notes that are no text',
    make: put('Media/ReleaseNotes/one.txt', Buffer.from([0])),
  },
  {
    code: 117,
    on: 'apic',
    so: 'two notes',
    make: both(put('Media/ReleaseNotes/one.txt', '1'), put('Media/ReleaseNotes/two.txt', '2')),
  },
  { code: 119, on: 'store', so: 'no license', make: remove('Media/License') },
  {
    code: 119,
    on: 'store',
    so: 'an empty license',
    make: put('Media/License/Cisco_App_Center_License.txt', ''),
  },
  {
    code: 120,
    on: 'store',
    so: 'two videos',
    make: put('Media/IntroVideo/two.mp4', Buffer.from('\0\0\0\x20ftypisom', 'latin1')),
  },
  { code: 121, on: 'store', so: 'no video', make: remove('Media/IntroVideo') },
  {
    code: 122,
    on: 'store',
    so: 'text as a video',
    make: put('Media/IntroVideo/intro.mp4', 'once upon a time'),
  },
  { code: 123, on: 'store', so: 'no picture', make: remove('Media/Snapshots') },
  { code: 124, on: 'store', so: 'text as a picture', make: put('Media/Snapshots/two.gif', 'a picture') },
  { code: 125, on: 'apic', so: 'no media', make: remove('Media') },
  {
    code: 126,
    on: 'store',
    so: 'a license that is no text',
    make: put('Media/License/Ours.txt', Buffer.from([0])),
  },
  { code: 150, on: 'apic', so: 'a manifest that is no JSON', make: put('app.json', '{') },
  {
    code: 150,
    on: 'store',
    so: 'no signature',
    make: ({ files }) => void files.delete(`${top}.dev.signature`),
  },
  { code: 151, on: 'apic', so: 'a nameless author', make: say('author', '') },
  { code: 152, on: 'apic', so: 'a long endpoint', make: say('api', { [`${'x'.repeat(256)}.json`]: 'x' }) },
  { code: 153, on: 'apic', so: 'a deep endpoint', make: say('api', { 'a/b/c/d/e.json': 'x' }) },
  { code: 154, on: 'apic', so: 'another ending', make: say('api', { 'proxy.html': 'x' }) },
  { code: 154, on: 'apic', so: 'an endpoint for nothing', make: say('api', { 'proxy.json': '' }) },
  { code: 155, on: 'apic', so: 'no permission', make: say('permissions', []) },
  { code: 156, on: 'apic', so: 'a permission twice', make: say('permissions', ['admin', 'admin']) },
  { code: 157, on: 'apic', so: 'a made-up permission', make: say('permissions', ['root']) },
  { code: 158, on: 'apic', so: 'no category', make: say('category', []) },
  { code: 159, on: 'apic', so: 'a category twice', make: say('category', ['Beta', 'Beta']) },
  { code: 160, on: 'apic', so: 'a made-up category', make: say('category', ['Games']) },
  {
    code: 162,
    on: 'store',
    so: 'no e-mail address',
    make: say('contact', { ...right, 'contact-email': 'me' }),
  },
  { code: 168, on: 'apic', so: 'three numbers', make: say('version', '1.0.0') },
  { code: 169, on: 'apic', so: 'a release without a letter', make: say('apicversion', '5.2(1)') },
  { code: 172, on: 'apic', so: 'an older APIC', running: '5.2(1f)', make: () => undefined },
  { code: 174, on: 'apic', so: 'no icon', make: remove('UIAssets/icon.png') },
  { code: 175, on: 'apic', so: 'an icon of text', make: put('UIAssets/icon.png', 'a picture') },
  { code: 176, on: 'apic', so: 'a long name', make: say('name', 'x'.repeat(257)) },
  { code: 177, on: 'apic', so: 'a long description', make: say('shortdescr', 'x'.repeat(1025)) },
  { code: 178, on: 'apic', so: 'a vendor of number', make: say('vendor', 7) },
  {
    code: 191,
    on: 'apic',
    so: 'a long name of a medium',
    make: put(`Media/License/${'x'.repeat(257)}.txt`, 'x'),
  },
  { code: 192, on: 'apic', so: 'another ending of a medium', make: put('Media/License/LICENSE', 'x') },
  { code: 190, on: 'apic', so: 'a name beyond ASCII', make: put('Media/License/Lizenz-ä.txt', 'x') },
  { code: 300, on: 'apic', so: 'another orchestrator', make: say('clustermanager', 'swarm') },
  { code: 315, on: 'apic', so: 'no configuration', make: both(kron, put('ClusterMgrConfig/x.yml', '1')) },
  { code: 316, on: 'apic', so: 'no configurations', make: kron },
  {
    code: 317,
    on: 'apic',
    so: 'a broken configuration',
    make: both(kron, put('ClusterMgrConfig/x.json', '{')),
  },
  {
    code: 318,
    on: 'apic',
    so: 'a null configuration',
    make: both(kron, put('ClusterMgrConfig/x.json', 'null')),
  },
  { code: 901, on: 'apic', so: 'the folder of another app', make: say('appid', 'Other') },
  { code: 902, on: 'apic', so: 'a script that cannot run', make: put('Service/start.sh', '#!/bin/sh\n') },
  { code: 902, on: 'apic', so: 'carriage returns', make: put('Service/start.sh', '#!/bin/sh\r\n', 0o755) },
  {
    code: 903,
    on: 'apic',
    so: 'another processor',
    make: ship({ architecture: 'arm64' }),
  },
  {
    code: 903,
    on: 'apic',
    so: 'a lost layer',
    make: ship({ leaveOut: 'layer.tar' }),
  },
  { code: 904, on: 'apic', so: 'two images in one archive', make: ship({ count: 2 }) },
  { code: 905, on: 'apic', so: 'an image without a name', make: ship({ tags: null }) },
  { code: 905, on: 'apic', so: "a registry's name", make: ship({ tags: ['docker.io/vendor/app:1.0'] }) },
  { code: 906, on: 'apic', so: 'no command', make: ship({ config: { Cmd: null } }) },
  { code: 907, on: 'apic', so: 'an entry point', make: ship({ config: { Entrypoint: ['node'] } }) },
  { code: 908, on: 'apic', so: 'a user who is not root', make: ship({ config: { User: '10001:0' } }) },
  {
    code: 109,
    on: 'store',
    so: 'an image that does not unpack',
    also: [903],
    make: put(image, 'no archive'),
  },
  { code: 164, on: 'apic', so: 'a long appid', also: [901], make: say('appid', 'x'.repeat(33)) },
  { code: 165, on: 'apic', so: 'an appid with a dash', also: [901], make: say('appid', 'a-b') },
  { code: 166, on: 'apic', so: 'no vendordomain', also: [901], make: say('vendordomain', '') },
  { code: 167, on: 'apic', so: 'a vendordomain with a dot', also: [901], make: say('vendordomain', 'a.b') },
  { code: 173, on: 'apic', so: 'an icon without a name', also: [174], make: say('iconfile', '') },
];

/** Archives that would harm whoever unpacks them. */
const dangers: Readonly<Record<string, (files: Sample['files']) => Promise<Buffer>>> = {
  'a name that leads elsewhere': async (files) => {
    const archive = await zipped([...files, ['xx/evil', file('x')]]);
    return Buffer.from(archive.toString('latin1').replaceAll('xx/evil', '../evil'), 'latin1');
  },
  'an absolute name': async (files) => {
    const archive = await zipped([...files, ['x/evil', file('x')]]);
    return Buffer.from(archive.toString('latin1').replaceAll('x/evil', '//evil'), 'latin1');
  },
  'two files of one name': (files) => zipped([...files, [`${top}/Service/start.sh`, file('x')]]),
  'a link': (files) =>
    zipped([...files, [`${top}/UIAssets/link`, { body: Buffer.from('/etc'), mode: 0o120777 }]]),
  'more than a gigabyte': async (files) => {
    const archive = await zipped([...files, ['last', file('x')]]);
    archive.writeUInt32LE(0xfffffffe, archive.lastIndexOf('PK\u0001\u0002') + 24);
    return archive;
  },
  'more files than anybody looks through': (files) =>
    zipped([
      ...files,
      ...Array.from({ length: 10_001 }, (_, at) => [`${top}/UIAssets/${at}`, file('')] as const),
    ]),
};

describe('verifying a package', () => {
  it('finds nothing wrong with a right one, in either mode', async () => {
    const archive = await packed(await sample());

    for (const mode of ['apic', 'store'] as const)
      assert.deepEqual(await verifyPackage(archive, { mode, running: '5.2(1g)' }), []);
  });

  for (const { code, on, so, make, running, also = [] } of breaks)
    it(`says ${code} to ${so}${on === 'store' ? ', where apps are published' : ''}`, async () => {
      const broken = await sample();
      await make(broken);
      const archive = await packed(broken);

      const store = await verifyPackage(archive, { mode: 'store', running });
      const apic = await verifyPackage(archive, { mode: 'apic', running });

      assert.deepEqual(codesOf(store), [code, ...also]);
      assert.deepEqual(codesOf(apic), on === 'apic' ? [code, ...also] : also);
      for (const { found, expected } of store) assert.ok(found !== '' && expected !== '');
    });

  it('says what was found where a list was expected', async () => {
    const broken = await sample();
    broken.manifest['permissions'] = 'admin';

    const findings = await verifyPackage(await packed(broken), { mode: 'apic' });

    const [found, expected] = ['"admin", which is no list', 'a list of at least one'];
    assert.deepEqual(findings, [{ code: 155, path: 'app.json#permissions', found, expected }]);
  });

  it('says 102 to a package without a manifest', async () => {
    const { files } = await sample();

    const findings = await verifyPackage(await zipped([...files]), { mode: 'store' });

    assert.deepEqual(codesOf(findings), [102]);
  });

  it('refuses what is no zip archive, or cut off', async () => {
    const archive = await packed(await sample());

    for (const wrong of [Buffer.from('no archive'), Buffer.alloc(0), archive.subarray(0, -30)])
      assert.deepEqual(codesOf(await verifyPackage(wrong, { mode: 'apic' })), [202]);
  });

  for (const [so, make] of Object.entries(dangers))
    it(`refuses ${so}, and looks no further`, async () => {
      const { files } = await sample();

      const findings = await verifyPackage(await make(files), { mode: 'store' });

      assert.deepEqual(codesOf(findings), [203]);
      assert.equal(findings.length, 1);
    });

  it('has shown every code that it knows', () => {
    const triggered = new Set([...breaks.map(({ code }) => code), 202, 203]);

    assert.deepEqual(
      codes,
      [...triggered].toSorted((a, b) => a - b),
    );
  });
});

function codesOf(findings: readonly { readonly code: number }[]): number[] {
  return [...new Set(findings.map(({ code }) => code))].toSorted((a, b) => a - b);
}
