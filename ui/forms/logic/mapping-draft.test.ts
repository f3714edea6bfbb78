import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseDocument } from '../../../backend/store/document/parse-document.ts';
import {
  placeholdersFor as placeholdersOfServer,
  groupingsOf as groupingsOfServer,
} from '../../../backend/model/name-template.ts';
import type { Mapping } from '../../../backend/model/mapping.ts';
import {
  newMapping,
  savedMapping,
  withGrouping,
  withKind,
  withTarget,
  withoutTarget,
} from './mapping-draft.ts';
import type { Named } from './mapping-draft.ts';
import {
  addressKindsOf,
  addressesOf,
  groupByOf,
  groupingsOf,
  kindOf,
  placeholdersFor,
  selectionKinds,
  suggestedName,
  weightsOf,
  workloadsOf,
} from './mapping-rules.ts';
import type { SelectionKind } from './mapping-rules.ts';
import { draftOf, isWritten, textAt, valueAt, withValue } from './written.ts';
import type { Written } from './written.ts';

const named: Named = {
  clusters: ['prod-a'],
  fabrics: ['dc1'],
  loadBalancers: [
    { name: 'f5', kind: 'bigip' },
    { name: 'edge', kind: 'haproxy' },
  ],
};
const around = {
  version: 1,
  instance: 'lab0',
  clusters: [
    { name: 'prod-a', server: 'https://10.1.0.10:6443', credentials: { token: 'env:T' }, ranges: {} },
  ],
  fabrics: [
    { name: 'dc1', controllers: ['https://10.0.0.1'], credentials: { username: 'a', password: 'env:P' } },
  ],
  loadBalancers: [
    {
      kind: 'bigip',
      name: 'f5',
      address: 'https://10.0.0.2',
      credentials: { username: 'a', password: 'env:P' },
    },
    { kind: 'haproxy', name: 'edge', socket: 'tcp:127.0.0.1:9999' },
  ],
};

/** What the server takes the entry for; fails where it has a fault. */
function meaning(entry: Written): Mapping {
  const parsed = parseDocument(JSON.stringify({ ...around, mappings: [entry] }));
  assert.ok('document' in parsed, JSON.stringify(parsed));
  const [mapping] = parsed.document.mappings;
  assert.ok(mapping !== undefined);
  return mapping;
}

const selector = fc.constantFrom('', 'app=web', 'tier!=internal,app in (a, b)');
const duration = fc.constantFrom('0s', '30s', '10m', '600s', '2h');
const flag = fc.boolean();
const families = fc.constantFrom(['ipv4'], ['ipv6'], ['ipv4', 'ipv6']);
const whenEmpty = fc.constantFrom('keep', 'delete');
const some = (
  record: Record<string, fc.Arbitrary<unknown>>,
  required: readonly string[],
): fc.Arbitrary<Written> => fc.record(record, { requiredKeys: [...required] });

function selections(kind: SelectionKind): fc.Arbitrary<Written> {
  const shared = { kind: fc.constant(kind), groupBy: fc.constantFrom(...groupingsOf[kind]) };
  if (kind === 'aciEpg')
    return some(
      { ...shared, epgs: fc.constant(['t/a/e']), fabric: fc.constant('dc1'), absentFor: duration },
      ['kind', 'epgs'],
    );
  const rest = {
    clusters: fc.constant(['prod-a']),
    namespaces: some({ names: fc.constantFrom([], ['shop']), labels: selector }, []),
    labels: selector,
    podLabels: selector,
    hostNetwork: flag,
    workloads: fc.constantFrom(['Deployment'], ['Deployment', 'StatefulSet', 'DaemonSet'], ['Pod', 'Job']),
  };
  return some({ ...shared, ...rest }, ['kind', 'clusters']);
}

function externalEpgs(kind: SelectionKind): fc.Arbitrary<Written> {
  return some(
    {
      fabric: fc.constant('dc1'),
      tenant: fc.constant('k8s'),
      l3out: fc.constant('calico'),
      name: fc.constant('{mapping}'),
      addresses: fc.subarray([...addressKindsOf[kind]], { minLength: kind === 'aciEpg' ? 0 : 1 }),
      families,
      create: flag,
      scope: fc.constantFrom(['import-security'], ['import-security', 'shared-security']),
      contracts: some(
        {
          provide: fc.constantFrom([], ['web']),
          consume: fc.constantFrom([], ['dns']),
          master: fc.constantFrom(null, 'base'),
        },
        [],
      ),
      whenEmpty,
      emptyFor: duration,
      allowIsolated: flag,
    },
    ['tenant', 'l3out', 'name'],
  );
}

const traffic = {
  readiness: fc.constantFrom('ready', 'serving'),
  minHealthy: fc.constantFrom('50%', '20%', 2),
  drain: some({ for: duration, then: fc.constantFrom('leave', 'cut') }, []),
  weights: flag,
  families,
  whenEmpty,
  emptyFor: duration,
  name: fc.constant('{mapping}'),
};
const destinations = (kind: SelectionKind) =>
  fc.constantFrom(...(kind === 'node' ? ['node'] : kind === 'aciEpg' ? ['pod'] : ['pod', 'node']));

function policies(kind: SelectionKind): fc.Arbitrary<Written> {
  return some(
    {
      ...traffic,
      destinations: destinations(kind),
      tenant: fc.constant('k8s'),
      fabric: fc.constant('dc1'),
      ipSla: fc.constant('tcp80'),
      hashing: fc.constantFrom('sip-dip-prototype', 'sip', 'dip'),
      resilientHash: flag,
      threshold: fc.constant({ min: 25, max: 50 }),
      thresholdDownAction: fc.constantFrom('permit', 'deny', 'bypass'),
      macs: fc.constantFrom({}, { '10.1.0.11': '00:50:56:00:00:01' }),
      create: flag,
    },
    ['tenant', 'name'],
  );
}

function pools(kind: SelectionKind): fc.Arbitrary<Written> {
  const shared = { ...traffic, destinations: destinations(kind), port: fc.constant(8080) };
  const onF5 = { loadBalancer: fc.constant('f5'), partition: fc.constant('k8s'), create: flag };
  const monitored = { monitor: fc.constant('/Common/http'), priorityGroup: fc.constantFrom(0, 10) };
  return fc.oneof(
    some({ ...shared, ...onF5, ...monitored }, ['name', 'port', 'loadBalancer', 'partition']),
    some({ ...shared, loadBalancer: fc.constant('edge'), create: fc.constant(false) }, [
      'name',
      'port',
      'loadBalancer',
    ]),
  );
}

const mappings = fc.constantFrom(...selectionKinds).chain((kind) => {
  const traffickers = { redirectPolicy: policies(kind), pool: pools(kind) };
  const targets = { externalEpg: externalEpgs(kind), ...traffickers };
  return some(
    {
      name: fc.constant('shop'),
      mode: fc.constantFrom('report', 'add-only', 'full'),
      firstContact: fc.constantFrom('report', 'apply'),
      from: selections(kind),
      to: some(kind === 'aciEpg' ? traffickers : targets, []).filter((to) => Object.keys(to).length > 0),
    },
    ['name', 'from', 'to'],
  );
});

/** A blank selector and an absent one select alike. */
function comparable(mapping: Mapping): unknown {
  const isBlank = (value: unknown): boolean => isWritten(value) && value['text'] === '';
  const plain = (_: string, value: unknown): unknown => {
    if (value instanceof Map) return [...value];
    return isBlank(value) ? undefined : value;
  };
  return JSON.parse(JSON.stringify(mapping, plain));
}

describe('a mapping in its form', () => {
  it('means the same when it is saved as it did when it was read', () =>
    fc.assert(
      fc.property(mappings, (entry) => {
        const saved = savedMapping(entry, named);

        assert.deepEqual(comparable(meaning(saved)), comparable(meaning(entry)));
      }),
    ));

  it('is saved as short the second time as the first', () =>
    fc.assert(
      fc.property(mappings, (entry) => {
        const once = savedMapping(entry, named);

        assert.deepEqual(savedMapping(once, named), once);
      }),
    ));

  it('shows what the server would fill in', () =>
    fc.assert(
      fc.property(mappings, (entry) => {
        const { from, to } = meaning(entry);

        assert.equal(groupByOf(entry), from.groupBy);
        assert.deepEqual(workloadsOf(entry), from.workloads);
        for (const target of to)
          if (target.kind === 'externalEpg') assert.deepEqual(addressesOf(entry), target.addresses);
          else assert.equal(weightsOf(entry, target.kind), target.weights);
      }),
    ));

  it('keeps what the form does not know', () => {
    const entry = {
      name: 'shop',
      mode: 'full',
      from: { kind: 'node', later: [1] },
      to: { gateway: { x: '' } },
      note: '',
    };

    assert.deepEqual(savedMapping(entry, named), entry);
  });

  it('leaves out what holds anyway', () => {
    const entry = {
      name: 'shop',
      mode: 'report',
      firstContact: 'report',
      from: {
        kind: 'workload',
        clusters: ['prod-a'],
        namespaces: { names: [], labels: '' },
        groupBy: 'workload',
      },
      to: {
        pool: {
          loadBalancer: 'f5',
          partition: 'k8s',
          name: 'web',
          port: '8080',
          drain: { for: '30s', then: 'leave' },
        },
      },
    };

    assert.deepEqual(savedMapping(entry, named), {
      name: 'shop',
      mode: 'report',
      from: { kind: 'workload', clusters: ['prod-a'] },
      to: { pool: { loadBalancer: 'f5', partition: 'k8s', name: 'web', port: 8080 } },
    });
  });

  it('begins in report mode, with what there is only one of', () => {
    const entry = newMapping(named);

    assert.deepEqual(
      [entry['mode'], valueAt(entry, 'from.clusters'), textAt(entry, 'to.externalEpg.fabric')],
      ['report', ['prod-a'], 'dc1'],
    );
  });
});

describe('choices of a mapping', () => {
  const written = {
    name: 'shop',
    from: { kind: 'workload', clusters: ['prod-a'], workloads: ['Job'], labels: 'a=b' },
    to: {},
  };

  it('take away what says nothing for another kind, and bring it back', () => {
    const there = withKind(draftOf(written), 'aciEpg');
    const back = withKind(there, 'workload');

    assert.deepEqual(there.entry['from'], { kind: 'aciEpg' });
    assert.deepEqual(back.entry, written);
  });

  it('always end in what the server takes, as far as keys go', () =>
    fc.assert(
      fc.property(
        mappings,
        fc.array(fc.constantFrom(...selectionKinds), { maxLength: 4 }),
        (entry, kinds) => {
          const draft = kinds.reduce(withKind, draftOf(entry));
          const parsed = parseDocument(
            JSON.stringify({ ...around, mappings: [savedMapping(draft.entry, named)] }),
          );

          const faults = 'faults' in parsed ? parsed.faults : [];
          const surprising = faults.filter(
            ({ found, path }) =>
              !found.startsWith('nothing') && !found.startsWith('an empty object') && !path.endsWith('.port'),
          );
          assert.deepEqual(surprising, []);
        },
      ),
    ));

  it('name targets after the grouping, unless they have a name of their own', () => {
    const draft = draftOf(
      withValue(withValue(written, 'to.externalEpg.name', suggestedName('workload')), 'to.pool.name', 'mine'),
    );

    const { entry } = withGrouping(draft, 'namespace');

    assert.deepEqual(
      [textAt(entry, 'to.externalEpg.name'), textAt(entry, 'to.pool.name')],
      ['{cluster}_{namespace}', 'mine'],
    );
  });

  it('keep a target that is taken away until it is wanted again', () => {
    const draft = draftOf(withValue(written, 'to.pool', { name: 'mine', port: 80 }));

    const without = withoutTarget(draft, 'pool');
    const back = withTarget(without, 'pool', named);

    assert.equal(valueAt(without.entry, 'to.pool'), undefined);
    assert.deepEqual(valueAt(back.entry, 'to.pool'), { name: 'mine', port: 80 });
  });
});

describe('rules of the mapping form', () => {
  it('are those of the server', () => {
    for (const kind of selectionKinds) {
      assert.deepEqual(groupingsOf[kind], groupingsOfServer[kind]);
      for (const groupBy of groupingsOfServer[kind])
        assert.deepEqual(placeholdersFor(groupBy), placeholdersOfServer(groupBy));
      assert.equal(kindOf({ from: { kind } }), kind);
    }
  });
});
