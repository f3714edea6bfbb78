import assert from 'node:assert/strict';
import type { Bigip } from '../bigip.ts';
import { names, TestClient, testBigip } from '../test-client.ts';

const pool = '/mgmt/tm/ltm/pool/~k8s~p';
const list = `${pool}/members`;
const nodes = '/mgmt/tm/ltm/node';

function body(name: string, rest: object = {}): object {
  return { name, partition: 'k8s', ...rest };
}

describe('pools, members and nodes on the simulated BIG-IP', () => {
  let bigip: Bigip;
  let client: TestClient;

  beforeEach(async () => {
    bigip = await testBigip();
    bigip.device.seed({
      routeDomains: [{ name: '10', id: 10 }],
      partitions: [{ name: 'k8s' }, { name: 'other' }, { name: 'routed', defaultRouteDomain: 10 }],
      pools: [{ name: 'p', partition: 'k8s' }],
    });
    client = await TestClient.loggedIn(bigip);
  });

  afterEach(async () => {
    await client.close();
    await bigip.close();
  });

  it('answers a create with 200 and the whole object, defaults filled in and nothing that is none', async () => {
    const made = await client.post('/mgmt/tm/ltm/pool/', body('q', { description: 'none' }));

    assert.equal(made.status, 200);
    assert.equal(made.json['kind'], 'tm:ltm:pool:poolstate');
    assert.equal(made.json['fullPath'], '/k8s/q');
    assert.equal(made.json['selfLink'], 'https://localhost/mgmt/tm/ltm/pool/~k8s~q?ver=17.1.1.3');
    assert.equal(made.json['loadBalancingMode'], 'round-robin');
    assert.equal('description' in made.json || 'monitor' in made.json, false);
  });

  it('makes the node of a member with it, and keeps the node when the member goes', async () => {
    await client.post(list, body('10.0.0.1:80'));
    const inUse = await client.remove(`${nodes}/~k8s~10.0.0.1`);
    const removed = await client.remove(`${list}/~k8s~10.0.0.1:80`);
    const node = await client.get(`${nodes}/~k8s~10.0.0.1`);
    const free = await client.remove(`${nodes}/~k8s~10.0.0.1`);

    assert.equal(
      inUse.error,
      "400: 01070110:3: Node address '/k8s/10.0.0.1' is referenced by a member of pool '/k8s/p'.",
    );
    assert.deepEqual([removed.status, removed.text], [200, '']);
    assert.equal(node.json['address'], '10.0.0.1');
    assert.equal(free.status, 200);
  });

  it('names members of both families and of route domains, however the URL writes them', async () => {
    await client.post(list, body('2001:db8::1.80'));
    await client.post(list, body('10.0.0.1%10:80'));
    await client.post(list, body('web:80', { address: '10.0.0.9' }));

    const ipv6 = await client.get(`${list}/~k8s~2001%3Adb8%3A%3A1.80/`);
    const routed = await client.get(`${list}/~k8s~10.0.0.1%2510:80`);
    const named = await client.get(`${list}/~k8s~web:80`);

    assert.deepEqual(
      [ipv6, routed, named].map(({ json }) => json['address']),
      ['2001:db8::1', '10.0.0.1%10', '10.0.0.9'],
    );
    assert.match(String(routed.json['selfLink']), /members\/~k8s~10\.0\.0\.1%2510:80\?ver=/);
  });

  it('puts an address without a route domain into that of the partition', async () => {
    const made = await client.post(nodes, { name: 'n', partition: 'routed', address: '10.0.0.1' });
    const same = await client.post(nodes, { name: 'm', partition: 'k8s', address: '10.0.0.1' });

    assert.equal(made.json['address'], '10.0.0.1%10');
    assert.equal(same.status, 200);
  });

  it('keeps an address to one node of a route domain, over all partitions', async () => {
    await client.post(nodes, { name: 'n', partition: 'other', address: '10.0.0.1' });

    const member = await client.post(list, body('10.0.0.1:80'));

    assert.equal(member.error, '400: 0107176c:3: Invalid Node, the IP address 10.0.0.1 already exists.');
    assert.equal(bigip.device.objects('member', '/k8s/p').length, 0);
  });

  it('takes a shared node of Common into a pool of another partition', async () => {
    await client.post(nodes, { name: '10.0.0.1', partition: 'Common', address: '10.0.0.1' });

    const member = await client.post(list, { name: '10.0.0.1:80', partition: 'Common' });

    assert.equal(member.json['fullPath'], '/Common/10.0.0.1:80');
  });

  const refusals: readonly [string, 'POST' | 'PATCH' | 'DELETE', string, object | undefined, RegExp][] = [
    [
      'a second member of a name',
      'POST',
      list,
      body('10.0.0.7:80'),
      /^409: 01020066:3: The requested Pool Member \(\/k8s\/p \/k8s\/10\.0\.0\.7 80\) already exists in partition k8s\.$/,
    ],
    [
      'a second node of a name',
      'POST',
      nodes,
      body('10.0.0.7', { address: '10.0.0.7' }),
      /^409: 01020066:3: The requested Node \(\/k8s\/10\.0\.0\.7\) already exists/,
    ],
    [
      'what is not there',
      'DELETE',
      `${list}/~k8s~10.0.0.8:80`,
      undefined,
      /^404: 01020036:3: The requested Pool Member \(\/k8s\/p \/k8s\/10\.0\.0\.8 80\) was not found\.$/,
    ],
    [
      'members of no pool',
      'POST',
      '/mgmt/tm/ltm/pool/~k8s~x/members',
      body('10.0.0.8:80'),
      /Pool \(\/k8s\/x\) was not/,
    ],
    [
      'a pool without its partition',
      'POST',
      '/mgmt/tm/ltm/pool',
      { name: 'p', partition: 'x' },
      /^404: 01020036:3: The requested folder \(\/x\) was not found\.$/,
    ],
    [
      'a node without its partition',
      'POST',
      nodes,
      { name: 'n', partition: 'x', address: '10.0.0.8' },
      /^400: 01070734:3: Configuration error: Can't associate Node/,
    ],
    [
      'a monitor that is not there',
      'PATCH',
      pool,
      { monitor: '/Common/x' },
      /^400: .*monitor rule \(\/Common\/x\)/,
    ],
    [
      'an address that changes',
      'PATCH',
      `${list}/~k8s~10.0.0.7:80`,
      { address: '10.0.0.8' },
      /^400: "address" may not be specified in the context of the "modify"/,
    ],
    [
      'a state that only monitors set',
      'PATCH',
      `${list}/~k8s~10.0.0.7:80`,
      { state: 'up' },
      /^400: invalid property value "state":"up"/,
    ],
    [
      'a session that only monitors set',
      'PATCH',
      `${list}/~k8s~10.0.0.7:80`,
      { session: 'monitor-enabled' },
      /^400: invalid/,
    ],
    ['a ratio out of range', 'PATCH', `${list}/~k8s~10.0.0.7:80`, { ratio: 101 }, /^400: /],
    ['a property it does not know', 'PATCH', pool, { colour: 'red' }, /^400: "colour" unknown property/],
    ['a change of nothing', 'PATCH', pool, {}, /^400: one or more properties must be specified/],
    ['a member without an address', 'POST', list, body('web:80'), /^400: /],
    [
      'the removal of a partition in use',
      'DELETE',
      '/mgmt/tm/auth/partition/k8s',
      undefined,
      /^400: 0107082a:3: You must remove all objects/,
    ],
    [
      'a URI that is none',
      'POST',
      '/mgmt/tm/ltm/nonsense',
      {},
      /^404: Public URI path not registered: \/tm\/ltm\/nonsense/,
    ],
  ];
  for (const [title, method, path, sent, expected] of refusals) {
    it(`refuses ${title}`, async () => {
      await client.post(list, body('10.0.0.7:80'));

      const refused = await client.send(method, path, sent);

      assert.match(refused.error ?? '', expected);
      assert.equal('apiError' in refused.json || refused.json['kind'] === ':resterrorresponse', true);
    });
  }

  it('merges on PATCH and goes back to defaults on PUT', async () => {
    await client.patch(pool, { monitor: '/Common/http', minActiveMembers: 2 });
    const patched = await client.patch(pool, { description: 'x' });
    const replaced = await client.put(pool, { description: 'y' });

    assert.deepEqual([patched.json['monitor'], patched.json['minActiveMembers']], ['/Common/http', 2]);
    assert.deepEqual([replaced.json['monitor'], replaced.json['minActiveMembers']], [undefined, 0]);
  });

  it('takes a list of members for all that there are to be', async () => {
    await client.post(list, body('10.0.0.1:80', { ratio: 7 }));
    await client.post(list, body('10.0.0.2:80'));

    await client.patch(pool, { members: ['10.0.0.1:80', { name: '10.0.0.3:80', ratio: 3 }] });

    const members = bigip.device.objects('member', '/k8s/p');
    assert.deepEqual(
      members.map(({ name, attributes }) => [name, attributes['ratio']]),
      [
        ['10.0.0.1:80', 7],
        ['10.0.0.3:80', 3],
      ],
    );
  });

  it('counts every change in one counter of the device', async () => {
    const first = await client.post(list, body('10.0.0.1:80'));
    const second = await client.patch(pool, { description: 'x' });

    assert.equal(Number(second.json['generation']), Number(first.json['generation']) + 1);
  });

  it('selects, filters and pages lists, and shows members within their pool', async () => {
    for (const name of ['a', 'b', 'c']) await client.post('/mgmt/tm/ltm/pool', { name });
    await client.post(list, body('10.0.0.1:80'));

    const filtered = await client.get('/mgmt/tm/ltm/pool?$filter=partition+eq+k8s&$select=name');
    const page = await client.get('/mgmt/tm/ltm/pool?$top=2&$skip=2&$select=name');
    const expanded = await client.get(`${pool}?expandSubcollections=true`);

    assert.deepEqual(filtered.items, [{ name: 'p' }]);
    assert.deepEqual(page.items, [{ name: 'b' }, { name: 'c' }]);
    assert.deepEqual(
      [page.json['totalItems'], page.json['totalPages'], page.json['nextLink']],
      [4, 2, undefined],
    );
    const { items } = expanded.json['membersReference'] as { items: { name: string }[] };
    assert.deepEqual(names(items), ['10.0.0.1:80']);
  });

  it('takes the metadata of marks and gives it back', async () => {
    const metadata = [{ name: 'owner', value: 'x', persist: 'true' }];

    const made = await client.post(list, body('10.0.0.1:80', { metadata }));

    assert.deepEqual(made.json['metadata'], metadata);
  });
});

describe('a list of nothing on the simulated BIG-IP', () => {
  for (const leaveOutEmptyItems of [false, true]) {
    it(leaveOutEmptyItems ? 'has no items at all' : 'has items that are none', async () => {
      const bigip = await testBigip({ leaveOutEmptyItems });
      const client = await TestClient.loggedIn(bigip);

      const answer = await client.get('/mgmt/tm/ltm/pool');

      assert.equal('items' in answer.json, !leaveOutEmptyItems);
      assert.equal(answer.json['kind'], 'tm:ltm:pool:poolcollectionstate');
      await client.close();
      await bigip.close();
    });
  }
});
