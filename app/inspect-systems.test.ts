import assert from 'node:assert/strict';
import { createAuthority, type Authority } from '../lab/authority.ts';
import { startBigip, type Bigip } from '../lab/bigip/bigip.ts';
import { startFabric, type Fabric } from '../lab/fabric/fabric.ts';
import { localUser } from '../lab/fabric/seed.ts';
import { run, stepOf } from './inspect.fixture.ts';

describe('test buttons of systems', () => {
  let authority: Authority;

  before(async () => {
    authority = await createAuthority();
  });

  describe('of a fabric', () => {
    let fabric: Fabric;

    before(async () => {
      fabric = await startFabric({ authority, loginThrottle: false });
      fabric.seed(localUser('watcher', 'lab-Password2', 'readPriv'));
    });
    after(() => fabric.close());

    const entry = (username: string, secret: string): object => ({
      controllers: [fabric.url],
      ca: fabric.caPem,
      credentials: { username, password: { secret } },
    });

    it('finds nothing wrong with one that is as it should be, and logs out', async () => {
      fabric.resetStats();

      const report = await run('fabric', entry(fabric.username, fabric.password));

      // The login, one question, and the end of the login.
      assert.equal(fabric.stats().requests, 3);
      assert.deepEqual([...new Set(report.steps.map(({ result }) => result))], ['good']);
      assert.equal(report.version, '6.0(9c)');
      assert.ok(report.identity);
    });

    it('says that a password is wrong', async () => {
      const report = await run('fabric', entry(fabric.username, 'wrong'));

      assert.equal(stepOf(report, 'signIn').result, 'bad');
    });

    it('says that a user may only read', async () => {
      const report = await run('fabric', entry('watcher', 'lab-Password2'));

      assert.equal(stepOf(report, 'permission').result, 'bad');
    });

    it('works with the controllers that answer, and names those that do not', async () => {
      const good = entry(fabric.username, fabric.password);
      const report = await run('fabric', { ...good, controllers: ['https://127.0.0.1:1', fabric.url] });

      assert.equal(stepOf(report, 'reach').result, 'warning');
      assert.equal(stepOf(report, 'signIn').result, 'good');
    });
  });

  describe('of a BIG-IP', () => {
    let bigip: Bigip;

    before(async () => {
      bigip = await startBigip({ authority });
    });
    after(() => bigip.close());

    const entry = (secret: string): object => ({
      kind: 'bigip',
      address: bigip.url,
      ca: bigip.caPem,
      credentials: { username: bigip.username, password: { secret } },
    });

    it('finds nothing wrong with one that is as it should be, and leaves no token behind', async () => {
      const report = await run('loadBalancer', entry(bigip.password));

      assert.equal(bigip.device.stats().tokens, 0);
      assert.equal(report.good, true);
      assert.equal(report.version, '17.1.1.3');
    });

    it('says which role the user has where', async () => {
      bigip.device.addUser({ name: 'guest', password: 'g', role: 'guest', partitions: ['k8s'] });
      const guest = { ...entry(''), credentials: { username: 'guest', password: { secret: 'g' } } };

      const reports = [await run('loadBalancer', entry(bigip.password)), await run('loadBalancer', guest)];

      assert.deepEqual(
        reports.map((report) => stepOf(report, 'permission')).map(({ result, detail }) => [result, detail]),
        [
          ['good', 'The user is admin in all-partitions'],
          ['bad', 'The user is guest in k8s: it may not change pools'],
        ],
      );
    });

    it('says that a password is wrong', async () => {
      const report = await run('loadBalancer', entry('wrong'));

      assert.equal(stepOf(report, 'signIn').result, 'bad');
    });
  });

  it('says that no HAProxy is behind a socket', async () => {
    const report = await run('loadBalancer', { kind: 'haproxy', socket: 'unix:/nowhere/haproxy.sock' });

    assert.equal(stepOf(report, 'reach').result, 'bad');
    assert.equal(report.certificate, null);
  });
});
