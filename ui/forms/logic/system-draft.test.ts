import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDocument } from '../../../backend/store/document/parse-document.ts';
import {
  asPrefix,
  collectionOf,
  credentialsOf,
  httpsAddress,
  nameFrom,
  namedBy,
  observeOf,
  savedSystem,
  systemKinds,
  trustOf,
  whereIs,
  withContext,
  withCredentials,
  withObserve,
  withPin,
  withTrust,
} from './system-draft.ts';
import type { SystemKind } from './system-draft.ts';
import { draftOf, textAt, valueAt } from './written.ts';
import type { Written } from './written.ts';

function meaning(kind: SystemKind, entry: Written): unknown {
  const parsed = parseDocument(
    JSON.stringify({ version: 1, instance: 'lab0', [collectionOf[kind]]: [entry] }),
  );
  assert.ok('document' in parsed, JSON.stringify(parsed));
  return parsed.document[collectionOf[kind]][0];
}

const duration = fc.constantFrom('1s', '30s', '60s', '1m', '10m');
const trust = fc.constantFrom({}, { ca: 'file:ca.pem' }, { pin: 'env:PIN' });
const password = fc.constantFrom('env:P', 'secret:ab');
const some = (
  record: Record<string, fc.Arbitrary<unknown>>,
  required: readonly string[],
): fc.Arbitrary<Written> => fc.record(record, { requiredKeys: [...required] });
const name = fc.constant('one');
const prefixes = fc.constantFrom([], ['10.244.0.0/16'], ['fd00::/56', '10.0.0.0/8']);

const entries: Readonly<Record<SystemKind, fc.Arbitrary<Written>>> = {
  cluster: some(
    {
      name,
      server: fc.constantFrom('https://10.1.0.10:6443', 'https://k8s.example.net'),
      credentials: fc.constantFrom(
        { token: 'secret:ab' },
        { clientCertificate: 'file:a', clientKey: 'file:b' },
      ),
      observe: fc.constantFrom(
        { mode: 'watch' },
        { mode: 'poll', every: '30s' },
        { mode: 'poll', cron: '* * * * *', zone: 'UTC' },
      ),
      ranges: some(
        { pods: prefixes, nodes: prefixes, external: prefixes, loadBalancers: prefixes, cluster: prefixes },
        [],
      ),
    },
    ['name', 'server', 'credentials', 'ranges'],
  ),
  fabric: some(
    {
      name,
      controllers: fc.constantFrom(['https://10.0.0.1'], ['https://a.example.net', 'https://[fd00::1]']),
      credentials: fc.record({ username: fc.constant('apic:local\\admin'), password }),
      batch: some({ objects: fc.constantFrom(1000, 50), bytes: fc.constantFrom(1_048_576, 4096) }, []),
      resync: duration,
    },
    ['name', 'controllers', 'credentials'],
  ),
  bigip: some(
    {
      kind: fc.constant('bigip'),
      name,
      address: fc.constant('https://10.0.0.2'),
      credentials: some(
        { username: fc.constant('a'), password, provider: fc.constantFrom('tmos', 'radius') },
        ['username', 'password'],
      ),
      resync: duration,
      save: fc.constantFrom('never', '60s', '5m'),
    },
    ['kind', 'name', 'address', 'credentials'],
  ),
  haproxy: some(
    {
      kind: fc.constant('haproxy'),
      name,
      socket: fc.constantFrom('unix:/run/a.sock', 'tcp:127.0.0.1:9999'),
      probe: duration,
      resync: duration,
      check: fc.constant('check inter 2s'),
    },
    ['kind', 'name', 'socket'],
  ),
};

describe('a cluster, fabric or load balancer in its form', () => {
  for (const kind of systemKinds)
    it(`means the same when it is saved as it did when it was read: ${kind}`, () =>
      fc.assert(
        fc.property(entries[kind], trust, (entry, trusted) => {
          const whole = kind === 'haproxy' ? entry : { ...entry, ...trusted };

          const saved = savedSystem(kind, whole);

          assert.deepEqual(meaning(kind, saved), meaning(kind, whole));
          assert.deepEqual(savedSystem(kind, saved), saved);
        }),
      ));

  it('keeps what the form does not know', () => {
    const entry = { name: 'a', server: 'https://a:6443', ranges: { later: [] }, note: '' };

    assert.deepEqual(savedSystem('cluster', entry), entry);
  });
});

describe('trust', () => {
  it('is one of three, and what was pasted for another comes back', () => {
    const draft = draftOf({ ca: 'PEM' });

    const pinned = withPin(draft, 'CERT');
    const back = withTrust(pinned, 'ca');

    assert.deepEqual(pinned.entry, { pin: 'CERT' });
    assert.deepEqual([back.entry, trustOf(back.entry)], [{ ca: 'PEM' }, 'ca']);
    assert.equal(trustOf(withTrust(back, 'system').entry), 'system');
  });
});

describe('a kubeconfig', () => {
  const context = {
    name: 'kubernetes-admin@Prod_A',
    server: 'https://10.1.0.10:6443',
    ca: 'PEM',
    token: null,
    clientCertificate: 'C',
    clientKey: 'K',
    problem: null,
  };

  it('fills in where the cluster is and how to sign in, as secrets', () => {
    const { entry } = withContext(draftOf({ name: '', pin: 'OLD', ranges: {} }), context);

    assert.deepEqual(entry, {
      name: 'prod-a',
      server: 'https://10.1.0.10:6443',
      ca: 'PEM',
      credentials: { clientCertificate: { secret: 'C' }, clientKey: { secret: 'K' } },
      ranges: {},
    });
    assert.equal(credentialsOf(entry), 'clientCertificate');
  });

  it('leaves a name that was given', () => {
    const { entry } = withContext(draftOf({ name: 'mine' }), { ...context, token: 'T' });

    assert.deepEqual([entry['name'], entry['credentials']], ['mine', { token: { secret: 'T' } }]);
  });
});

describe('credentials of a cluster', () => {
  it('come back when their kind is chosen again', () => {
    const there = withCredentials(draftOf({ credentials: { token: 'secret:ab' } }), 'clientCertificate');
    const back = withCredentials(there, 'token');

    assert.equal(credentialsOf(there.entry), 'clientCertificate');
    assert.deepEqual(back.entry, { credentials: { token: 'secret:ab' } });
  });
});

describe('what is typed', () => {
  it('is taken for what is meant by it', () => {
    const pairs = [
      ['10.1.0.10:6443', 'https://10.1.0.10:6443'],
      ['https://apic1/#login', 'https://apic1'],
      ['http://a', 'http://a'],
      ['not an address', 'not an address'],
    ];

    for (const [typed = '', meant] of pairs) assert.equal(httpsAddress(typed), meant);
  });

  it('gives a name that the product takes', () => {
    assert.deepEqual(['admin@Prod_A', 'default/api-prod-b:6443', '42', ''].map(nameFrom), [
      'prod-a',
      'api-prod-b-6443',
      '',
      '',
    ]);
  });

  it('is a prefix even where it is an address', () => {
    assert.deepEqual(['10.1.0.1', 'fd00::1', '10.0.0.0/8'].map(asPrefix), [
      '10.1.0.1/32',
      'fd00::1/128',
      '10.0.0.0/8',
    ]);
  });
});

describe('how a cluster is followed', () => {
  it('is written in the way that was chosen', () => {
    const entry = withObserve({ name: 'a' }, 'cron', 'Europe/Paris');

    assert.deepEqual([observeOf(entry), textAt(entry, 'observe.zone')], ['cron', 'Europe/Paris']);
    assert.equal(valueAt(withObserve(entry, 'watch', 'UTC'), 'observe'), undefined);
  });
});

describe('a system', () => {
  it('is named by mappings that select from it or write to it', () => {
    const mappings = [
      { name: 'a', from: { clusters: ['one'] } },
      { name: 'b', from: { fabric: 'dc1' }, to: { pool: { loadBalancer: 'f5' } } },
      { name: 'c', to: { externalEpg: { fabric: 'dc1' } } },
    ];

    assert.deepEqual(
      [
        namedBy(mappings, 'clusters', 'one'),
        namedBy(mappings, 'fabrics', 'dc1'),
        namedBy(mappings, 'loadBalancers', 'f5'),
      ],
      [['a'], ['b', 'c'], ['b']],
    );
  });

  it('is somewhere', () => {
    assert.deepEqual(
      [
        { server: 'https://a:6443' },
        { controllers: ['https://x', 'https://y'] },
        { socket: 'unix:/run/a' },
        { appCenter: true },
      ].map(whereIs),
      ['a:6443', 'x and 1 more', 'unix:/run/a', 'this APIC'],
    );
  });
});
