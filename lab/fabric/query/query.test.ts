import assert from 'node:assert/strict';
import type { Fabric } from '../fabric.ts';
import { namesIn, PlainClient, testFabric, type Item } from '../plain-client.ts';
import { baseFabric, mo } from '../seed.ts';

const out = 'uni/tn-k8s/out-calico';
const epg = `${out}/instP-shop`;
const v6Rn = 'extsubnet-[2001:db8::1/128]';

describe('reads of the simulated APIC', () => {
  let fabric: Fabric;
  let client: PlainClient;

  before(async () => {
    fabric = await testFabric({ leafDelayMs: 0 });
    fabric.seed(baseFabric());
    const subnet = (ip: string, annotation: string) => mo('l3extSubnet', { ip, annotation });
    fabric.seed(
      mo('l3extInstP', { dn: epg, name: 'shop' }, [
        subnet('10.0.0.1/32', 'orchestrator:us'),
        subnet('10.0.0.2/32', 'orchestrator:us'),
        mo('l3extSubnet', { ip: '2001:db8::1/128' }, [
          mo('tagAnnotation', { key: 'us:1', value: 'shop/web' }),
        ]),
        mo('fvRsProv', { tnVzBrCPName: 'web' }),
      ]),
    );
    client = await PlainClient.loggedIn(fabric);
  });

  after(async () => {
    await client.close();
    await fabric.close();
  });

  async function names(path: string): Promise<string[]> {
    const answer = await client.get(path);
    assert.equal(answer.status, 200, answer.text);
    return namesIn(answer).sort();
  }

  async function refusal(path: string): Promise<string> {
    const answer = await client.get(path);
    return `${answer.status} ${answer.error ?? ''}`;
  }

  const subnets = [
    `l3extSubnet ${epg}/extsubnet-[10.0.0.1/32]`,
    `l3extSubnet ${epg}/extsubnet-[10.0.0.2/32]`,
    `l3extSubnet ${epg}/extsubnet-[2001:db8::1/128]`,
  ];

  it('show every attribute of the class as a string, with dn and without rn', async () => {
    const answer = await client.get(`/api/mo/${epg}/extsubnet-[10.0.0.1/32].json`);

    const { modTs, ...attributes } = answer.imdata[0]?.['l3extSubnet']?.attributes ?? {};
    assert.match(modTs ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00$/);
    assert.deepEqual(attributes, {
      dn: `${epg}/extsubnet-[10.0.0.1/32]`,
      aggregate: '',
      annotation: 'orchestrator:us',
      childAction: '',
      descr: '',
      extMngdBy: '',
      ip: '10.0.0.1/32',
      lcOwn: 'local',
      monPolDn: 'uni/tn-common/monepg-default',
      name: '',
      nameAlias: '',
      scope: 'import-security',
      status: '',
      uid: '15374',
      userdom: ':all:',
    });
  });

  it('answer a missing object with 200 and nothing', async () => {
    const answer = await client.get('/api/mo/uni/tn-none.json');

    assert.equal(answer.status, 200);
    assert.equal(answer.text, '{"totalCount":"0","imdata":[]}');
  });

  it('refuse unknown classes in the words of each place', async () => {
    const refusals = await Promise.all(
      [
        '/api/class/fvNonsense.json',
        '/api/mo/uni.json?query-target=subtree&target-subtree-class=fvNonsense',
        '/api/class/fvTenant.json?query-target-filter=eq(fvNonsense.name,"a")',
        '/api/class/fvTenant.json?query-target-filter=eq(fvTenant.nonsense,"a")',
      ].map(refusal),
    );

    assert.deepEqual(refusals, [
      '400 400: Request failed, unresolved class for fvNonsense',
      '400 122: class fvNonsense not found',
      '400 122: class fvNonsense not found',
      "400 121: Prop 'nonsense' not found in class 'fvTenant' property table",
    ]);
  });

  it('take the forms with /node/ too', async () => {
    assert.deepEqual(await names('/api/node/class/l3extSubnet.json'), subnets);
    assert.deepEqual(await names(`/api/node/mo/${epg}.json`), [`l3extInstP ${epg}`]);
  });

  it('answer anything outside the API with a page of the web server', async () => {
    const answers = await Promise.all(
      ['/', '/api/nonsense/x.json', '/api/mo/uni'].map((path) => client.get(path)),
    );

    for (const answer of answers) {
      assert.equal(answer.status, 404);
      assert.match(answer.text, /<hr><center>Cisco APIC<\/center>/);
    }
  });

  it('give children without the root, and the subtree with it', async () => {
    const children = await names(`/api/mo/${epg}.json?query-target=children`);
    const subtree = await names(`/api/mo/${epg}.json?query-target=subtree`);

    assert.deepEqual(
      children,
      [...subnets, `fvRsCustQosPol ${epg}/rscustQosPol`, `fvRsProv ${epg}/rsprov-web`].sort(),
    );
    assert.equal(subtree.length, children.length + 2);
  });

  it('keep only the classes asked for', async () => {
    const found = await names(
      '/api/mo/uni.json?query-target=subtree&target-subtree-class=l3extSubnet,fvRsProv',
    );

    assert.deepEqual(found, [`fvRsProv ${epg}/rsprov-web`, ...subnets].sort());
  });

  for (const [title, encode] of [
    ['raw', (text: string) => text],
    ['encoded', encodeURIComponent],
  ] as const) {
    it(`take filters ${title}`, async () => {
      const filter = encode(
        'and(eq(l3extSubnet.annotation,"orchestrator:us"),ne(l3extSubnet.ip,"10.0.0.1/32"))',
      );

      const found = await names(`/api/class/l3extSubnet.json?query-target-filter=${filter}&_dc=1&&`);

      assert.deepEqual(found, [subnets[1]]);
    });
  }

  it('nest with rn and without dn', async () => {
    const answer = await client.get(`/api/mo/${epg}.json?rsp-subtree=full`);

    const nested = answer.imdata[0]?.['l3extInstP']?.children ?? [];
    const v6 = nested.map(({ l3extSubnet }) => l3extSubnet).find((item) => item?.attributes['rn'] === v6Rn);
    assert.equal(nested.length, 5);
    assert.equal(v6?.attributes['dn'], undefined);
    assert.equal(v6?.children?.[0]?.['tagAnnotation']?.attributes['rn'], 'annotationKey-[us:1]');
  });

  it('nest only what class and filter want, keeping the path to it', async () => {
    const direct = await client.get(
      `/api/mo/${epg}.json?rsp-subtree=children&rsp-subtree-class=l3extSubnet&rsp-subtree-filter=eq(l3extSubnet.ip,"10.0.0.2/32")`,
    );
    const deep = await client.get(`/api/mo/${out}.json?rsp-subtree=full&rsp-subtree-class=tagAnnotation`);

    const below = (item: Item | undefined): readonly Item[] => Object.values(item ?? {})[0]?.children ?? [];
    const levels = [deep.imdata[0], below(deep.imdata[0])[0], below(below(deep.imdata[0])[0])[0]];
    assert.equal(below(direct.imdata[0]).length, 1);
    assert.deepEqual(
      levels.map((item) => [Object.keys(item ?? {})[0], below(item).length]),
      [
        ['l3extOut', 1],
        ['l3extInstP', 1],
        ['l3extSubnet', 1],
      ],
    );
  });

  it('show only what can be configured when asked to', async () => {
    const answer = await client.get(`/api/mo/${epg}/rsprov-web.json?rsp-prop-include=config-only`);

    assert.deepEqual(Object.keys(answer.imdata[0]?.['fvRsProv']?.attributes ?? {}).sort(), [
      'annotation',
      'dn',
      'intent',
      'matchT',
      'prio',
      'tnVzBrCPName',
      'userdom',
    ]);
  });

  it('page with the full count on every page', async () => {
    const path = '/api/class/l3extSubnet.json?order-by=l3extSubnet.ip|desc&page-size=2&page=';

    const pages = [await client.get(`${path}0`), await client.get(`${path}1`), await client.get(`${path}2`)];

    assert.deepEqual(pages.flatMap(namesIn), subnets.toReversed());
    assert.deepEqual(
      pages.map(({ totalCount }) => totalCount),
      ['3', '3', '3'],
    );
  });

  it('come in changing order unless an order is asked for', async () => {
    const orders = new Set<string>();
    for (let call = 0; call < 20; call += 1) {
      orders.add(namesIn(await client.get('/api/class/l3extSubnet.json')).join());
    }

    assert.ok(orders.size > 1);
  });

  it('count instead of listing', async () => {
    const answer = await client.get('/api/class/l3extSubnet.json?rsp-subtree-include=count');

    assert.equal(answer.imdata[0]?.['moCount']?.attributes['count'], '3');
  });

  it('give the faults of an object nested, alone, or as a condition', async () => {
    fabric.seed(mo('faultInst', { dn: `${epg}/fault-F0001`, code: 'F0001' }));

    const nested = await client.get(`/api/mo/${epg}.json?rsp-subtree-include=faults`);
    const alone = await client.get(`/api/mo/${epg}.json?rsp-subtree-include=faults,no-scoped`);
    const required = await names('/api/class/l3extInstP.json?rsp-subtree-include=faults,required');
    fabric.remove(`${epg}/fault-F0001`);
    const requiredLater = await names('/api/class/l3extInstP.json?rsp-subtree-include=faults,required');

    assert.equal(nested.imdata[0]?.['l3extInstP']?.children?.length, 1);
    assert.equal(alone.imdata[0]?.['faultInst']?.attributes['rn'], 'fault-F0001');
    assert.deepEqual([required.length, requiredLater.length], [1, 0]);
  });

  it('know the fabric itself', async () => {
    const firmware = await client.get('/api/node/class/firmwareCtrlrRunning.json');
    const controller = await names('/api/class/topSystem.json?query-target-filter=eq(topSystem.id,"1")');
    const leaves = await names('/api/class/fabricNode.json?query-target-filter=eq(fabricNode.role,"leaf")');

    assert.equal(firmware.imdata[0]?.['firmwareCtrlrRunning']?.attributes['version'], '6.0(9c)');
    assert.deepEqual(controller, ['topSystem topology/pod-1/node-1/sys']);
    assert.equal(leaves.length, 3);
  });
});
