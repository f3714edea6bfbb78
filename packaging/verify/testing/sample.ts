/** A package that is right in every respect, in memory, to be broken in one. */
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { ZipFile } from 'yazl';

export interface SampleFile {
  readonly body: Buffer;
  readonly mode: number;
}

export type Manifest = Record<string, unknown>;

/** What a test may change before it is packed. Paths are as in the archive. */
export interface Sample {
  readonly files: Map<string, SampleFile>;
  readonly manifest: Manifest;
}

export const top = 'Vendor_App';
const png = Buffer.from('\x89PNG\r\n\x1a\n and more', 'latin1');

export async function sample(): Promise<Sample> {
  const image = await imageArchive();
  const files = new Map(
    Object.entries({
      'UIAssets/app.html': '<html></html>',
      'UIAssets/icon.png': png,
      'Service/start.sh': '#!/bin/sh\nexec service\n',
      'Image/aci_appcenter_docker_image.tgz': image,
      'Media/Readme/readme.txt': 'Read me',
      'Media/License/Cisco_App_Center_License.txt': 'A license',
      'Media/Snapshots/one.png': png,
      'Media/IntroVideo/intro.mp4': Buffer.from('\0\0\0\x20ftypisom', 'latin1'),
      'Legal/Cisco_App_Center_Customer_Agreement.docx': 'agreed',
      'Legal/Cisco_App_Center_Export_Compliance_Questionnaire.docx': 'answered',
    }).map(([path, body]) => [`${top}/${path}`, file(body, path.endsWith('.sh') ? 0o755 : 0o644)]),
  );
  files.set(`${top}.dev.signature`, file('1234'));
  return { files, manifest: rightManifest() };
}

export function file(body: string | Buffer, mode = 0o644): SampleFile {
  return { body: typeof body === 'string' ? Buffer.from(body) : body, mode: 0o100000 | mode };
}

/** `manifest` becomes app.json, unless there is one. */
export function packed({ files, manifest }: Sample): Promise<Buffer> {
  return zipped([...new Map([[`${top}/app.json`, file(JSON.stringify(manifest))], ...files])]);
}

export function zipped(files: readonly (readonly [string, SampleFile])[]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [path, { body, mode }] of files) archive.addBuffer(body, path, { mode });
  archive.end();
  return buffer(archive.outputStream);
}

function rightManifest(): Manifest {
  return {
    api: { 'proxy.json': 'everything' },
    apicversion: '5.2(1g)',
    appid: 'App',
    author: 'somebody',
    category: ['Networking'],
    contact: {
      'contact-email': 'who@example.com',
      'contact-phone': '+1 555 010 0000',
      'contact-url': 'https://example.com',
    },
    iconfile: 'icon.png',
    metaversion: '1.1',
    name: 'An app',
    permissions: ['tenant-epg'],
    permissionslevel: 'write',
    shortdescr: 'Does something',
    vendor: 'somebody',
    vendordomain: 'Vendor',
    version: '1.0',
  };
}

export interface ImageParts {
  readonly architecture?: string;
  readonly leaveOut?: string;
  readonly tags?: readonly string[] | null;
  /** Of the image's settings: what differs from a right one. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly count?: number;
}

export async function imageArchive(differs: ImageParts = {}): Promise<Buffer> {
  const { architecture = 'amd64', leaveOut, tags = ['vendor/app:1.0'], config, count = 1 } = differs;
  const archive = pack();
  const one = { Config: 'config.json', RepoTags: tags, Layers: ['layer.tar'] };
  const right = { Cmd: ['/home/app/src/Service/start.sh'], User: '0:0' };
  const parts = {
    'config.json': JSON.stringify({ os: 'linux', architecture, config: { ...right, ...config } }),
    'layer.tar': 'a layer',
    'manifest.json': JSON.stringify(Array.from({ length: count }, () => one)),
    repositories: '{}',
  };
  for (const [name, body] of Object.entries(parts)) if (name !== leaveOut) archive.entry({ name }, body);
  archive.finalize();
  return gzipSync(await buffer(archive));
}
