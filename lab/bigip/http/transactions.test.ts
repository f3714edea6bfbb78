import assert from 'node:assert/strict';
import type { Bigip } from '../bigip.ts';
import { TestClient, testBigip } from '../test-client.ts';

const list = '/mgmt/tm/ltm/pool/~Common~p/members';
const transactions = '/mgmt/tm/transaction';

describe('transactions on the simulated BIG-IP', () => {
  let bigip: Bigip;
  let client: TestClient;
  let id: unknown;

  beforeEach(async () => {
    bigip = await testBigip({ clockRate: 0.001 });
    bigip.device.seed({ pools: [{ name: 'p', members: ['10.0.0.1:80'] }] });
    client = await TestClient.loggedIn(bigip);
    id = (await client.post(transactions, {})).json['transId'];
  });

  afterEach(async () => {
    await client.close();
    await bigip.close();
  });

  function members(): string[] {
    return bigip.device.objects('member', '/Common/p').map(({ name }) => name);
  }

  function commit(options: object = {}): ReturnType<TestClient['patch']> {
    return client.patch(`${transactions}/${String(id)}`, { state: 'VALIDATING', ...options });
  }

  it('queues commands unseen and applies them all at the end, in one commit', async () => {
    const commits: number[] = [];
    bigip.onCommit(({ changes }) => commits.push(changes.length));

    const queued = await client.within(id, 'POST', list, { name: '10.0.0.2:80' });
    const removal = await client.within(id, 'DELETE', `${list}/~Common~10.0.0.1:80`);
    const before = members();
    const done = await commit();

    assert.deepEqual(
      [queued.json['method'], queued.json['evalOrder'], queued.json['commandId']],
      ['POST', 1, 1],
    );
    assert.equal(removal.json['kind'], 'tm:transaction:commandsstate');
    assert.deepEqual(before, ['10.0.0.1:80']);
    assert.equal(done.json['state'], 'COMPLETED');
    assert.deepEqual(members(), ['10.0.0.2:80']);
    assert.deepEqual(commits, [3]);
  });

  it('applies nothing when one command fails', async () => {
    await client.within(id, 'DELETE', `${list}/~Common~10.0.0.1:80`);
    await client.within(id, 'DELETE', `${list}/~Common~10.0.0.9:80`);

    const failed = await commit();
    const gone = await commit();

    assert.match(failed.error ?? '', /^400: transaction failed:01020036:3: The requested Pool Member/);
    assert.equal(failed.json['apiError'], 2);
    assert.deepEqual(members(), ['10.0.0.1:80']);
    assert.equal(gone.status, 404);
  });

  it('only validates when asked to', async () => {
    await client.within(id, 'POST', list, { name: '10.0.0.2:80' });

    const done = await commit({ validateOnly: true });

    assert.equal(done.json['state'], 'COMPLETED');
    assert.deepEqual(members(), ['10.0.0.1:80']);
    assert.deepEqual(
      bigip.device.objects('node').map(({ name }) => name),
      ['10.0.0.1'],
    );
  });

  it('runs commands in the order that they were given in the end', async () => {
    await client.within(id, 'DELETE', '/mgmt/tm/ltm/node/~Common~10.0.0.1');
    await client.within(id, 'DELETE', `${list}/~Common~10.0.0.1:80`);
    await client.patch(`${transactions}/${String(id)}/commands/2`, { evalOrder: 1 });

    const done = await commit();

    assert.equal(done.status, 200);
    assert.deepEqual(bigip.device.objects('node'), []);
  });

  it('knows nothing of a transaction that is empty, cancelled or too old', async () => {
    const empty = await commit();
    await client.remove(`${transactions}/${String(id)}`);
    const cancelled = await commit();
    id = (await client.post(transactions, {})).json['transId'];
    bigip.clock.advance(120_001);
    const late = await client.within(id, 'POST', list, { name: '10.0.0.2:80' });

    assert.equal(empty.error, '404: there is no command to commit in the transaction.');
    assert.deepEqual([cancelled.status, late.status], [404, 404]);
  });
});
