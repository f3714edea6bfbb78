import assert from 'node:assert/strict';
import type { Fabric } from '../fabric.ts';
import { namesIn, PlainClient, testFabric } from '../plain-client.ts';
import { baseFabric, mo } from '../seed.ts';

const out = 'uni/tn-k8s/out-calico';
const epg = `${out}/instP-shop`;
const url = `/api/mo/${epg}.json`;
const empty = '{"totalCount":"0","imdata":[]}';

describe('writes to the simulated APIC', () => {
  let fabric: Fabric;
  let client: PlainClient;

  beforeEach(async () => {
    // Nothing acts by itself: what is seen is what was written.
    fabric = await testFabric({ leafDelayMs: 3_600_000 });
    fabric.seed(baseFabric());
    client = await PlainClient.loggedIn(fabric);
  });

  afterEach(async () => {
    await client.close();
    await fabric.close();
  });

  async function refusal(path: string, body: unknown): Promise<string> {
    const before = JSON.stringify(fabric.subtree('uni'));
    const answer = await client.post(path, body);
    assert.ok(JSON.stringify(fabric.subtree('uni')) === before, 'a refused write must change nothing');
    return `${answer.status} ${answer.error ?? ''}`;
  }

  const subnet = (ip: string, more: Record<string, string> = {}) => mo('l3extSubnet', { ip, ...more });

  it('make a whole tree at once, implicit children included', async () => {
    const answer = await client.post(
      '/api/mo/uni.json',
      mo('fvTenant', { name: 'new' }, [
        mo('fvCtx', { name: 'v' }),
        mo('l3extOut', { name: 'o' }, [mo('l3extInstP', { name: 'e' }, [subnet('10.0.0.1/32')])]),
      ]),
    );

    assert.equal(answer.text, empty);
    assert.deepEqual(
      fabric
        .subtree('uni/tn-new')
        .map(({ dn }) => dn.slice('uni/tn-new'.length))
        .sort(),
      [
        '',
        '/ctx-v',
        '/ctx-v/any',
        '/eptags',
        '/out-o',
        '/out-o/instP-e',
        '/out-o/instP-e/extsubnet-[10.0.0.1/32]',
        '/out-o/instP-e/rscustQosPol',
        '/out-o/rsectx',
        '/rsTenantMonPol',
        '/svcCont',
      ],
    );
  });

  it('take the object itself or a child of it, named by dn, rn or naming properties', async () => {
    await client.post(url, mo('l3extInstP', {}));
    await client.post(
      `/api/node/mo/${epg}.json`,
      mo('l3extInstP', {}, [mo('l3extSubnet', { rn: 'extsubnet-[10.0.0.1/32]' })]),
    );
    await client.post(url, subnet('10.0.0.2/32'));
    await client.post('/api/mo/uni.json', mo('l3extSubnet', { dn: `${epg}/extsubnet-[10.0.0.3/32]` }));
    await client.post('/api/mo.json', mo('polUni', {}, [mo('fvTenant', { name: 'b' })]));

    const ips = fabric.subtree(epg, 'l3extSubnet').map(({ attributes }) => attributes['ip']);
    assert.deepEqual(ips.sort(), ['10.0.0.1/32', '10.0.0.2/32', '10.0.0.3/32']);
    assert.ok(fabric.get('uni/tn-b'));
  });

  it('take an array of trees', async () => {
    await client.post('/api/mo/uni.json', [mo('fvTenant', { name: 'a' }), mo('fvTenant', { name: 'b' })]);

    assert.ok(fabric.get('uni/tn-a') && fabric.get('uni/tn-b'));
  });

  it('keep host bits and spelling of a prefix, and flags in alphabetical order', async () => {
    await client.post(
      url,
      mo('l3extInstP', {}, [subnet('10.1.2.3/16', { scope: 'shared-security,import-security,' })]),
    );

    const stored = fabric.get(`${epg}/extsubnet-[10.1.2.3/16]`);
    assert.equal(stored?.attributes['scope'], 'import-security,shared-security');
  });

  it('report only what really changed when asked to', async () => {
    const path = `${url}?rsp-subtree=modified`;
    const tree = mo('l3extInstP', { descr: 'x' }, [subnet('10.0.0.1/32')]);

    const first = await client.post(path, tree);
    const second = await client.post(path, tree);
    const third = await client.post(
      path,
      mo('l3extInstP', { descr: 'y' }, [subnet('10.0.0.1/32', { status: 'deleted' })]),
    );

    assert.ok(first.imdata.every((item) => Object.values(item)[0]?.attributes['status'] === 'created'));
    assert.equal(second.text, empty);
    assert.deepEqual(namesIn(third), [`l3extInstP ${epg}`, `l3extSubnet ${epg}/extsubnet-[10.0.0.1/32]`]);
    assert.deepEqual(
      third.imdata.map((item) => Object.values(item)[0]?.attributes['status']),
      ['modified', 'deleted'],
    );
  });

  it('report what a deletion took away when asked to, once', async () => {
    const path = `${url}?rsp-subtree=modified`;
    await client.post(url, mo('l3extInstP', {}));

    const first = await client.remove(path);
    const second = await client.remove(path);

    assert.ok(namesIn(first).includes(`l3extInstP ${epg}`));
    assert.ok(first.imdata.every((item) => Object.values(item)[0]?.attributes['status'] === 'deleted'));
    assert.equal(second.text, empty);
  });

  it('leave what a repeated write does not change untouched, modTs included', async () => {
    await client.post(url, mo('l3extInstP', { descr: 'x' }));
    const before = fabric.get(epg)?.attributes['modTs'];
    fabric.clock.advance(1000);

    await client.post(url, mo('l3extInstP', { descr: 'x' }));

    assert.equal(fabric.get(epg)?.attributes['modTs'], before);
  });

  it('obey status: created, modified, both, deleted', async () => {
    const missing = await refusal(url, mo('l3extInstP', { status: 'modified' }));
    const created = await client.post(url, mo('l3extInstP', { status: 'created' }));
    const again = await refusal(url, mo('l3extInstP', { status: 'created' }));
    const both = await client.post(url, mo('l3extInstP', { status: 'created,modified' }));
    const blank = await refusal(url, mo('l3extInstP', { status: 'created, modified' }));
    const odd = await refusal(url, mo('l3extInstP', { status: 'gone' }));
    const deleted = await client.post(url, mo('l3extInstP', { status: 'deleted' }));
    const deletedAgain = await client.post(url, mo('l3extInstP', { status: 'deleted' }));

    const exists = `400 103: Cannot create External Network Instance Profile (l3extInstP); object ${epg} already exists.`;
    assert.equal(missing, `400 102: configured object ((Dn0)) not found Dn0=${epg}, `);
    assert.deepEqual([again, blank], [exists, exists]);
    assert.match(odd, /^400 120: unknown property value gone, name status, class l3extInstP/);
    assert.deepEqual(
      [created, both, deleted, deletedAgain].map(({ status }) => status),
      [200, 200, 200, 200],
    );
    assert.equal(fabric.get(epg), undefined);
  });

  it('undo everything when one part is refused', async () => {
    await client.post(url, mo('l3extInstP', { descr: 'before' }, [subnet('10.0.0.1/32')]));

    const refused = await refusal(
      url,
      mo('l3extInstP', { descr: 'after' }, [
        subnet('10.0.0.1/32', { status: 'deleted' }),
        subnet('10.0.0.2/32'),
        subnet('not an address'),
      ]),
    );

    assert.match(
      refused,
      /^400 120: unknown property value extsubnet-\[not an address\], name dn, class l3extSubnet/,
    );
  });

  it('move a prefix between external EPGs in one request', async () => {
    const other = `${out}/instP-other`;
    await client.post(url, mo('l3extInstP', {}, [subnet('10.0.0.1/32')]));

    const answer = await client.post(
      `/api/mo/${out}.json`,
      mo('l3extOut', {}, [
        mo('l3extInstP', { name: 'shop' }, [subnet('10.0.0.1/32', { status: 'deleted' })]),
        mo('l3extInstP', { name: 'other' }, [subnet('10.0.0.1/32')]),
      ]),
    );

    assert.equal(answer.status, 200);
    assert.deepEqual(
      fabric.subtree(out, 'l3extSubnet').map(({ dn }) => dn),
      [`${other}/extsubnet-[10.0.0.1/32]`],
    );
  });

  const attributesFirst =
    "400 400: invalid data at line '1'. Attributes are missing, tag 'attributes' must be specified first, before any other tag";
  const incomplete = '400 400: JSON parsing failed - incomplete attribute value at line: 1';
  const refusals: readonly [string, unknown, string | RegExp][] = [
    ['children before attributes', '{"l3extInstP":{"children":[],"attributes":{}}}', attributesFirst],
    ['no attributes', { l3extInstP: {} }, attributesFirst],
    ['a number as a value', { l3extInstP: { attributes: { descr: 5 } } }, incomplete],
    ['broken JSON', '{"l3extInstP":', incomplete],
    ['an unknown class', mo('l3extNonsense', {}), '400 122: unknown managed object class l3extNonsense'],
    [
      'an unknown attribute',
      mo('l3extInstP', { nonsense: 'x' }),
      "400 400: unknown attribute 'nonsense' in element 'l3extInstP'",
    ],
    [
      'a class that cannot be there',
      mo('l3extInstP', {}, [mo('fvTenant', { name: 'a' })]),
      `400 400: Invalid request. Can not contain child 'tn-a' under parent '${epg}'`,
    ],
    [
      'a value that breaks the pattern',
      mo('l3extInstP', { annotation: 'with blank' }),
      "400 801: property annotation of instP-shop failed validation for value 'with blank'",
    ],
    [
      'a name that is too long',
      mo('l3extInstP', {}, [mo('fvRsProv', { tnVzBrCPName: 'x'.repeat(65) })]),
      /^400 801: property tnVzBrCPName of rsprov-x+ failed validation/,
    ],
    [
      'a value that is not in the list',
      mo('l3extInstP', { prefGrMemb: 'maybe' }),
      `400 120: unknown property value maybe, name prefGrMemb, class l3extInstP [(Dn0)] Dn0=${epg}, `,
    ],
    [
      'shared-security alone',
      mo('l3extInstP', {}, [subnet('10.0.0.1/32', { scope: 'shared-security' })]),
      /External subnet's shared_security scope also needs import_security\. Dn0=.*extsubnet-\[10\.0\.0\.1\/32\], $/,
    ],
    [
      'a malformed RN',
      mo('l3extInstP', {}, [mo('l3extSubnet', { rn: 'sub-10' })]),
      '400 104: Invalid RN sub-10',
    ],
    ['a mask that is too long', mo('l3extInstP', {}, [subnet('10.0.0.1/33')]), /^400 120: .*name dn/],
  ];
  for (const [title, body, expected] of refusals) {
    it(`refuse ${title}, and change nothing`, async () => {
      const refused = await refusal(url, body);

      if (typeof expected === 'string') assert.equal(refused, expected);
      else assert.match(refused, expected);
    });
  }

  it('refuse what would hang below something missing', async () => {
    const refused = await refusal('/api/mo/uni/tn-none/out-o/instP-e.json', mo('l3extInstP', {}));

    assert.equal(refused, '400 102: configured object ((Dn0)) not found Dn0=uni/tn-none/out-o, ');
  });

  it('ignore read-only attributes that come back', async () => {
    await client.post(url, mo('l3extInstP', { pcTag: '1', uid: '0', modTs: 'never', descr: 'x' }));

    const { pcTag, uid, descr } = fabric.get(epg)?.attributes ?? {};
    assert.deepEqual([pcTag === '1', uid, descr], [false, '15374', 'x']);
  });

  it('refuse to make or delete what is the system’s own', async () => {
    const made = await refusal(`/api/mo/${out}.json`, mo('faultInst', { code: 'F0001' }));
    const deleted = await client.remove('/api/mo/uni/tn-k8s/svcCont.json');

    assert.match(made, /^400 1: Invalid Configuration/);
    assert.match(deleted.error ?? '', /^107: Cannot delete object of class:vnsSvcCont/);
  });

  it('delete a subtree, and do not mind when it is gone already', async () => {
    await client.post(url, mo('l3extInstP', {}, [subnet('10.0.0.1/32')]));

    const first = await client.remove(url);
    const second = await client.remove(url);

    assert.deepEqual([first.text, second.text], [empty, empty]);
    assert.deepEqual(fabric.subtree(epg), []);
  });

  it('take an annotation key without brackets', async () => {
    await client.post(`/api/mo/${out}/annotationKey-owner.json`, mo('tagAnnotation', { value: 'us' }));

    const stored = fabric.get(`${out}/annotationKey-[owner]`)?.attributes['value'];
    const read = await client.get(`/api/mo/${out}/annotationKey-owner.json`);
    await client.remove(`/api/mo/${out}/annotationKey-owner.json`);

    assert.deepEqual([stored, read.totalCount], ['us', '1']);
    assert.equal(fabric.get(`${out}/annotationKey-[owner]`), undefined);
  });

  it('leave a record of each change in the audit log', async () => {
    await client.post(url, mo('l3extInstP', { descr: 'a' }));
    await client.post(url, mo('l3extInstP', { descr: 'b' }));

    const answer = await client.get(
      `/api/class/aaaModLR.json?query-target-filter=eq(aaaModLR.affected,"${epg}")&order-by=aaaModLR.id`,
    );
    const records = answer.imdata.map((item) => item['aaaModLR']?.attributes);
    assert.deepEqual(
      records.map((record) => [record?.['ind'], record?.['changeSet'], record?.['user']]),
      [
        ['creation', '', 'admin'],
        ['modification', 'descr (Old: a, New: b)', 'admin'],
      ],
    );
  });
});
