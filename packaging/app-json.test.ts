import assert from 'node:assert/strict';

import manifest from '../app.json' with { type: 'json' };
import product from '../package.json' with { type: 'json' };
import { appCenterVersion } from './app-version.ts';

/** What an APIC may be asked to let an app do; the part of Cisco's list that this product could want. */
const knownPermissions = [
  'nw-svc-policy',
  'tenant-epg',
  'tenant-ext-connectivity-l3',
  'tenant-network-profile',
  'tenant-security',
];
const knownCategories = [
  'Beta',
  'Tools and Utilities',
  'Visibility and Monitoring',
  'Optimization',
  'Security',
  'Networking',
  'Cisco Automation and Orchestration',
];

describe('app.json', () => {
  it('carries the version of package.json', () => {
    assert.equal(manifest.version, appCenterVersion(product.version));
  });

  it('says what the App Center demands, in the form it demands', () => {
    assert.match(manifest.appid, /^[a-zA-Z0-9]{1,32}$/);
    assert.match(manifest.vendordomain, /^[a-zA-Z0-9]{1,32}$/);
    assert.match(manifest.apicversion, /^\d{1,3}\.\d{1,3}\(\d{1,3}[a-z]\)$/);
    assert.match(manifest.iconfile, /\.(png|jpe?g)$/);
    assert.match(manifest.permissionslevel, /^(read|write)$/);
    for (const text of [manifest.name, manifest.author, manifest.vendor])
      assert.ok(text.length >= 1 && text.length <= 256, text);
    assert.ok(manifest.shortdescr.length >= 1 && manifest.shortdescr.length <= 1024);
  });

  it('asks for known permissions and categories, each once', () => {
    for (const [wanted, known] of [
      [manifest.permissions, knownPermissions],
      [manifest.category, knownCategories],
    ] as const) {
      assert.ok(wanted.length > 0);
      assert.deepEqual(wanted, [...new Set(wanted)]);
      for (const name of wanted) assert.ok(known.includes(name), name);
    }
  });

  it('declares endpoints that its proxy lets through', () => {
    for (const [path, description] of Object.entries(manifest.api)) {
      assert.match(path, /^([^/]+\/){0,3}[^/]+\.(json|xml)$/);
      assert.ok(description.length >= 1 && description.length <= 1024);
    }
  });
});
