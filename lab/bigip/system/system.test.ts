import assert from 'node:assert/strict';
import { eventually } from '../../../test/support/eventually.ts';
import type { Bigip } from '../bigip.ts';
import { names, TestClient, testBigip } from '../test-client.ts';

const pools = '/mgmt/tm/ltm/pool';

describe('the simulated BIG-IP as a device', () => {
  let bigip: Bigip;
  let client: TestClient;

  beforeEach(async () => {
    bigip = await testBigip();
    client = await TestClient.loggedIn(bigip);
  });

  afterEach(async () => {
    await client.close();
    await bigip.close();
  });

  const probes = [
    'sys',
    'sys/version',
    'sys/ready',
    'sys/hardware',
    'sys/provision',
    'sys/folder',
    'net/route-domain',
    'net/self',
    'net/tunnels/gre',
    'net/tunnels/ipip',
    'ltm/node',
    'ltm/monitor/http',
    'cm/device',
    'cm/sync-status',
    'cm/failover-status',
  ];
  for (const path of probes) {
    it(`answers GET ${path} with its kind, slash at the end or not`, async () => {
      const answer = await client.get(`/mgmt/tm/${path}`);
      const slashed = await client.get(`/mgmt/tm/${path}/`);

      assert.equal(answer.status, 200);
      assert.match(String(answer.json['kind']), /^tm:/);
      assert.match(String(answer.json['selfLink']), /\?ver=17\.1\.1\.3$/);
      assert.equal(slashed.text, answer.text);
    });
  }

  it('is a standalone unit that is active', async () => {
    const devices = await client.get('/mgmt/tm/cm/device');
    const sync = await client.get('/mgmt/tm/cm/sync-status');
    const failover = await client.get('/mgmt/tm/cm/failover-status');

    assert.deepEqual(
      devices.items.map(({ selfDevice, failoverState }) => [selfDevice, failoverState]),
      [['true', 'active']],
    );
    assert.match(sync.text, /"status":\{"description":"Standalone"\}/);
    assert.match(failover.text, /"status":\{"description":"ACTIVE"\}/);
  });

  it('says which box it is, and that it is another one after a swap', async () => {
    const path = '/mgmt/shared/identified-devices/config/device-info';
    const before = await client.get(path);
    bigip.device.setIdentity({ machineId: 'another', chassisId: 'chassis-2' });
    const after = await client.get(path);
    const hardware = await client.get('/mgmt/tm/sys/hardware');

    assert.notEqual(before.json['machineId'], 'another');
    assert.equal(after.json['machineId'], 'another');
    assert.match(hardware.text, /"bigipChassisSerialNum":\{"description":"chassis-2"\}/);
  });

  it('loses at a reboot what was not saved, and tokens with it', async () => {
    await client.post(pools, { name: 'saved' });
    const saved = await client.post('/mgmt/tm/sys/config', { command: 'save' });
    await client.post(pools, { name: 'lost' });
    const unsaved = bigip.device.unsaved;
    const changes: string[] = [];
    bigip.onCommit(({ by, changes: list }) =>
      changes.push(...list.map(({ action, path }) => `${by} ${action} ${path}`)),
    );

    bigip.device.reboot();
    await client.close();
    client = new TestClient(bigip, client.headers);
    const refused = await client.get(pools);
    await client.login();
    const after = await client.get(pools);

    assert.deepEqual(saved.json, { kind: 'tm:sys:config:savestate', command: 'save' });
    assert.equal(unsaved, 1);
    assert.equal(refused.error, '401: X-F5-Auth-Token does not exist.');
    assert.deepEqual(names(after.items), ['saved']);
    assert.deepEqual(changes, ['reboot deleted /Common/lost']);
  });

  it('saves as a task', async () => {
    await client.post(pools, { name: 'p' });
    const task = await client.post('/mgmt/tm/task/sys/config', { command: 'save' });
    const path = `/mgmt/tm/task/sys/config/${String(task.json['_taskId'])}`;

    const started = await client.put(path, { _taskState: 'VALIDATING' });
    const isDone = async (): Promise<boolean> => (await client.get(path)).json['_taskState'] === 'COMPLETED';
    await eventually('the task is done', isDone);

    assert.deepEqual([task.json['_taskState'], started.json['_taskState']], ['STARTED', 'VALIDATING']);
    assert.equal(bigip.device.unsaved, 0);
  });

  it('comes up in phases: no connection, a page, nothing registered, no mcpd, lies', async () => {
    bigip.clock.setRate(0.001);
    bigip.device.seed({ pools: [{ name: 'p' }] });
    bigip.device.reboot({
      downMs: 1_000,
      pageMs: 1_000,
      unregisteredMs: 1_000,
      lostMs: 1_000,
      lyingMs: 1_000,
    });

    const seen: string[] = [];
    const ask = async (): Promise<void> => {
      const answer = await client.get(`${pools}/p`).catch(() => ({ status: 0, error: 'no connection' }));
      seen.push(answer.error?.slice(0, 30) ?? String(answer.status));
    };
    for (let phase = 0; phase < 3; phase += 1) {
      await ask();
      bigip.clock.advance(1_001);
    }
    await client.login();
    for (let phase = 0; phase < 3; phase += 1) {
      await ask();
      bigip.clock.advance(1_001);
    }

    assert.deepEqual(seen, [
      'no connection',
      '503: <html><head><title>Config',
      '404: URI path /mgmt/tm/ltm/poo',
      '500: The connection to mcpd ha',
      '404: 01020036:3: The requested',
      '200',
    ]);
  });

  it('has AS3 when it is installed, with a partition and a folder for each tenant', async () => {
    const without = await client.get('/mgmt/shared/appsvcs/info');
    bigip.device.setAs3({ version: '3.50.0' });
    const empty = await client.get('/mgmt/shared/appsvcs/declare');
    bigip.device.setAs3({ version: '3.50.0', tenants: ['T'], userAgent: 'CIS/v2.20.1' });
    const info = await client.get('/mgmt/shared/appsvcs/info');
    const declared = await client.get('/mgmt/shared/appsvcs/declare');
    const folders = await client.get('/mgmt/tm/sys/folder');
    const packages = await client.get('/mgmt/shared/iapp/global-installed-packages');

    assert.equal(without.error, '404: Public URI path not registered: /shared/appsvcs/info');
    assert.equal(empty.status, 204);
    assert.equal(info.json['version'], '3.50.0');
    assert.deepEqual(declared.json['T'], { class: 'Tenant' });
    assert.ok(folders.items.some(({ fullPath }) => fullPath === '/T/app'));
    assert.equal(packages.items[0]?.['appName'], 'f5-appsvcs');
  });
});
