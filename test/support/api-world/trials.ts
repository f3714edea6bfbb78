/** Acts that are remembered, previews that answer, tests that go well or badly (of an entry whose name begins with `bad`). */
import type {
  CertificateModel,
  KubeconfigModel,
  TestReport,
  TestStep,
} from '../../../backend/api/contract/tests.ts';
import type { PreviewModel } from '../../../backend/api/contract/preview.ts';
import type { Acts, Previews, Tests } from '../../../backend/api/ports.ts';
import type { Fault } from '../../../backend/model/fault.ts';
import { ProblemError } from '../../../backend/model/problems.ts';

const mappings = ['shop', 'billing', 'inspect', 'edge'];
const systems = ['dc1', 'f5-edge', 'lb1', 'prod-a', 'prod-b'];

export function fakeActs(acted: string[]): Acts {
  const done = (known: readonly string[], name: string, words: string): string => {
    if (!known.includes(name)) throw new ProblemError('request.not-found', `nothing is called ${name}`);
    acted.push(words);
    return words;
  };
  return {
    approve: (mapping, fingerprint, { name }) =>
      done(mappings, mapping, `${name} approved ${fingerprint ?? 'the first plan'} of ${mapping}`),
    refuse: (mapping, fingerprint, { name, reason }) =>
      done(mappings, mapping, `${name} refused ${fingerprint} of ${mapping}: ${reason}`),
    setPaused: (paused, { name }) => done([''], '', `${name} ${paused ? 'paused' : 'resumed'} writing`),
    confirmIdentity: (system, identity, { name }) =>
      done(systems, system, `${name} confirmed ${identity} as ${system}`),
    resync: (name) => done(systems, name, `${name} is read again`),
  };
}

/** A mapping in whose name `empty` stands selects nothing; one without `to` has a fault. */
export function fakePreviews(): Previews {
  return {
    preview: (mapping) => Promise.resolve(previewed(mapping)),
  };
}

function previewed(mapping: unknown): PreviewModel {
  const { name = '', to } = mapping as { readonly name?: string; readonly to?: unknown };
  if (to === undefined)
    return { ...nothing, faults: [{ path: 'to', found: 'nothing', expected: 'a target' }] };
  return name.includes('empty') ? { ...nothing, problems: [selectsNothing] } : preview(name);
}

const nothing: PreviewModel = {
  faults: [],
  groups: 0,
  addresses: 0,
  targets: [],
  total: 0,
  changes: [],
  problems: [],
  cutOff: [],
};

const selectsNothing: PreviewModel['problems'][number] = {
  code: 'mapping.selects-nothing',
  kind: 'terminal',
  title: 'The mapping selects nothing',
  detail: 'no workload of namespace shop',
  next: 'Look at its namespaces and labels.',
};

function preview(name: string): PreviewModel {
  const targets = ['web', 'api', 'cache'].map((workload, at) => ({
    key: `dc1|externalEpg|k8s/calico/prod-a_${name}_${workload}`,
    kind: 'externalEpg' as const,
    system: 'dc1',
    name: `k8s/calico/prod-a_${name}_${workload}`,
    group: `workload prod-a/${name}/${workload}`,
    exists: at === 2 ? null : at === 0,
    items: 4 + at,
    present: at === 0 ? 3 : 0,
    sample: Array.from({ length: 4 }, (_, n) => `10.244.${at}.${n + 1}/32`),
  }));
  const change = {
    id: 'c1',
    type: 'addItem' as const,
    key: targets[0]?.key ?? '',
    name: targets[0]?.name ?? '',
    item: { kind: 'externalSubnet', name: '10.244.0.4/32' },
    explanation: null,
    because: '',
    step: '',
    leaving: false,
    detail: '',
    problem: null,
  };
  return {
    ...nothing,
    groups: 3,
    addresses: 15,
    targets,
    total: 3,
    changes: [{ hold: null, title: 'Due', next: '', approvable: false, count: 12, changes: [change] }],
    cutOff: [`prod-a_${name}_web and ldap may talk today, and could not after`],
  };
}

/** Of what a form can have wrong, the CA and prefixes. */
function faultsOf({ ca, ranges }: Readonly<Record<string, unknown>>): Fault[] {
  const faults: Fault[] = [];
  if (typeof ca === 'string' && !ca.includes('BEGIN CERTIFICATE'))
    faults.push({ path: 'ca', found: 'something else', expected: 'a certificate in PEM' });
  for (const [kind, prefixes] of Object.entries((ranges ?? {}) as Record<string, string[]>))
    for (const [at, prefix] of prefixes.entries())
      if (!prefix.includes('/'))
        faults.push({
          path: `ranges.${kind}[${at}]`,
          found: prefix,
          expected: 'a prefix such as 10.0.0.0/16',
        });
  return faults;
}

export function fakeTests(now: () => number): Tests {
  return {
    run: ({ entry }) => Promise.resolve(entry.name.startsWith('bad') ? badReport(now()) : goodReport(now())),
    check: ({ entry }) => faultsOf(entry),
    readKubeconfig,
    clusterManifest: () => 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: kubesync\n',
  };
}

function certificate(now: number, trusted: boolean): CertificateModel {
  return {
    subject: 'CN=apic1',
    issuer: 'CN=apic1',
    names: ['apic1', '10.0.0.1'],
    validFrom: now - 86_400_000,
    validTo: now + 365 * 86_400_000,
    fingerprint: Array.from({ length: 32 }, (_, n) => (n * 7).toString(16).padStart(2, '0').slice(-2)).join(
      ':',
    ),
    selfSigned: true,
    trusted,
    pem: '-----BEGIN CERTIFICATE-----\nMIIBfake\n-----END CERTIFICATE-----\n',
  };
}

function step(name: TestStep['step'], title: string, over: Partial<TestStep> = {}): TestStep {
  return { step: name, title, result: 'good', detail: '', next: '', ...over };
}

function goodReport(now: number): TestReport {
  return {
    good: true,
    steps: [
      step('reach', 'It answers'),
      step('certificate', 'Its certificate is the one that was confirmed'),
      step('signIn', 'The credentials are taken'),
      step('version', 'Version', { detail: '6.0(5h)' }),
      step('permission', 'It may be read and written'),
      step('identity', 'Identity', { detail: 'fabric 1' }),
    ],
    certificate: certificate(now, true),
    identity: 'fabric 1',
    version: '6.0(5h)',
    ranges: { pods: ['10.244.0.0/16'], nodes: ['10.1.1.0/24'] },
  };
}

function badReport(now: number): TestReport {
  const steps = [
    step('reach', 'It answers'),
    step('certificate', 'Its certificate is not known yet', {
      result: 'warning',
      next: 'Compare the fingerprint, and confirm it.',
    }),
    step('signIn', 'The credentials are refused', { result: 'bad', next: 'Check name and password.' }),
    step('permission', 'Permissions', { result: 'skipped' }),
  ];
  return { ...goodReport(now), good: false, steps, certificate: certificate(now, false), ranges: null };
}

function readKubeconfig(text: string): KubeconfigModel {
  if (!text.includes('clusters')) {
    const faults = [{ path: 'clusters', found: 'nothing', expected: 'a list of clusters' }];
    throw new ProblemError('config.invalid', 'clusters: expected a list of clusters', { faults });
  }
  const context = {
    name: 'prod-a',
    server: 'https://10.1.1.10:6443',
    ca: '-----BEGIN CERTIFICATE-----\nMIIBfake\n-----END CERTIFICATE-----\n',
    token: 'token-of-the-kubeconfig',
    clientCertificate: null,
    clientKey: null,
    problem: null,
  };
  const runs = { ...context, name: 'cloud', token: null, problem: 'it gets its token by a command: aws' };
  return { current: 'prod-a', contexts: [context, runs] };
}
