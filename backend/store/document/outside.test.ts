/**
 * Where a document says that addresses are learned, and which load balancers there are.
 */
import assert from 'node:assert/strict';
import { createAuthority } from '../../../lab/authority.ts';
import { describeFault } from './fault.ts';
import { checkDocument, parseDocument } from './parse-document.ts';
import { document, faults, learned, service } from './testing/one-mapping.ts';

describe('learned endpoints, as a document selects them', () => {
  it('are those of the one fabric, followed by EPG', () => {
    const result = parseDocument(
      document(learned, '{ pool: { loadBalancer: f5, partition: k8s, name: "{epg}", port: 80 } }'),
    );

    assert.ok('document' in result);
    const [mapping] = result.document.mappings;
    assert.deepEqual(mapping?.from.sources, ['dc1']);
    assert.deepEqual(
      [mapping.from.epgs, mapping.from.groupBy, mapping.from.absentForMs],
      [['t/app/clones'], 'epg', 600_000],
    );
  });

  const refused: readonly [string, string, string][] = [
    [
      'without EPGs',
      '{ kind: aciEpg }',
      'mappings[0].from.epgs: found nothing, expected a list with at least one entry',
    ],
    [
      'of a cluster',
      '{ kind: aciEpg, epgs: [t/app/clones], clusters: [prod-a] }',
      'mappings[0].from.clusters: found prod-a, expected no such key, since kind is aciEpg',
    ],
    [
      'of another fabric',
      '{ kind: aciEpg, epgs: [t/app/clones], fabric: dc2 }',
      'mappings[0].from.fabric: found dc2, expected the name of a fabric: dc1',
    ],
  ];
  for (const [what, from, expected] of refused)
    it(`are refused ${what}`, () => {
      assert.deepEqual(faults(from, '{ pool: { loadBalancer: edge, name: web, port: 80 } }'), [expected]);
    });

  it('go into no external EPG', () => {
    assert.deepEqual(faults(learned, '{ externalEpg: { tenant: k8s, l3out: calico, name: web } }'), [
      'mappings[0].to.externalEpg: found externalEpg, expected redirectPolicy or pool, since kind is aciEpg',
    ]);
  });
});

describe('load balancers, as a document writes them', () => {
  it('have every default filled in', () => {
    const result = parseDocument(document(service, '{ pool: { loadBalancer: edge, name: web, port: 80 } }'));

    assert.ok('document' in result);
    const [f5, edge] = result.document.loadBalancers;
    assert.ok(f5?.kind === 'bigip' && edge?.kind === 'haproxy');
    assert.deepEqual(
      [f5.address, f5.credentials.provider, f5.resyncMs, f5.saveAfterMs],
      ['https://127.0.0.1:9443', 'tmos', 30_000, 60_000],
    );
    assert.deepEqual(
      [edge.socket, edge.probeMs, edge.resyncMs, edge.check],
      [{ path: '/run/haproxy/admin.sock' }, 1000, 30_000, undefined],
    );
  });

  const broken = (find: string, replacement: string): string[] => {
    const text = document(service, '{ pool: { loadBalancer: edge, name: web, port: 80 } }');
    const changed = text.replace(find, replacement);
    assert.notEqual(changed, text);
    const result = parseDocument(changed);
    return 'faults' in result ? result.faults.map(describeFault) : [];
  };

  it('share their names with no fabric and no cluster', () => {
    assert.deepEqual(broken('name: f5', 'name: prod-a'), [
      'loadBalancers[0].name: found prod-a, expected another name: clusters[0] has it',
    ]);
  });

  it('are of a kind that there is', () => {
    assert.deepEqual(broken('kind: haproxy', 'kind: nginx'), [
      'loadBalancers[1].kind: found "nginx", expected kind: bigip or haproxy',
    ]);
  });

  it('are reached by a socket that can be', () => {
    assert.deepEqual(broken('unix:/run/haproxy/admin.sock', 'tcp:127.0.0.1:70000'), [
      'loadBalancers[1].socket: found "tcp:127.0.0.1:70000", expected unix:/run/haproxy/admin.sock or tcp:127.0.0.1:9999',
    ]);
  });

  it('never save by us, where the document says so', () => {
    const text = document(service, '{ pool: { loadBalancer: edge, name: web, port: 80 } }');
    const result = parseDocument(text.replace('name: f5\n', 'name: f5\n    save: never\n'));

    assert.ok('document' in result);
    const [f5] = result.document.loadBalancers;
    assert.equal(f5?.kind === 'bigip' && f5.saveAfterMs, undefined);
  });
});

/** Faults of a document with this cluster alone. */
function faultsOfCluster(more: object): string[] {
  const cluster = {
    name: 'prod-a',
    server: 'https://127.0.0.1:6443',
    credentials: { token: 'env:TOKEN' },
    ranges: {},
    ...more,
  };
  const result = checkDocument({ version: 1, instance: '7f3a', clusters: [cluster] });
  return 'faults' in result ? result.faults.map(describeFault) : [];
}

describe('a certificate in a document', () => {
  const none = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const expected = 'a certificate in PEM, or a reference to one: file:PATH or env:NAME';

  it('may be one, or several with comments between them', async () => {
    const [one, other] = await Promise.all([createAuthority(), createAuthority()]);

    assert.deepEqual(faultsOfCluster({ ca: one.caPem }), []);
    assert.deepEqual(faultsOfCluster({ ca: `${one.caPem}\n# the other\n${other.caPem}\n` }), []);
  });

  it('is refused where it is none, and not shown', () => {
    for (const ca of [none, 'some text', `${none}-----BEGIN`])
      assert.match(
        faultsOfCluster({ ca })[0] ?? '',
        /^clusters\[0\]\.ca: found a text, not shown, expected /,
      );
    assert.deepEqual(faultsOfCluster({ pin: none }), [
      `clusters[0].pin: found a text, not shown, expected ${expected}; number 1 of the 1 in this text is none`,
    ]);
  });

  it('is refused beside one that is none, and beside a key', async () => {
    const authority = await createAuthority();
    const { caPem } = authority;
    const { key } = await authority.issue('somebody');

    assert.match(
      faultsOfCluster({ ca: `${caPem}\n${none}` })[0] ?? '',
      /; number 2 of the 2 in this text is none$/,
    );
    assert.equal(faultsOfCluster({ ca: `${caPem}\n${key}\n${caPem}` }).length, 1);
  });
});

describe('a cron expression in a document', () => {
  const polled = (cron: unknown): string[] =>
    faultsOfCluster({ observe: { mode: 'poll', cron, zone: 'UTC' } });

  it('is taken where it is one', () => {
    assert.deepEqual([...polled('*/5 * * * *'), ...polled('30 0 7 * * mon-fri')], []);
  });

  it('is refused where it is none', () => {
    assert.deepEqual(polled('every now and then'), [
      'clusters[0].observe.cron: found "every now and then", expected a cron expression such as "*/5 * * * *"',
    ]);
    for (const none of ['', '99 * * * *', '* * *', 5]) assert.equal(polled(none).length, 1, String(none));
  });
});
