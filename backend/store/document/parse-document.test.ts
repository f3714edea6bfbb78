import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Mapping } from '../../model/mapping.ts';
import { describeFault } from './fault.ts';
import { parseDocument } from './parse-document.ts';

const example = readFileSync(new URL('../../../examples/lab.yaml', import.meta.url), 'utf8');

function faultLines(text: string): string[] {
  const result = parseDocument(text);
  return 'faults' in result ? result.faults.map(describeFault) : [];
}

function broken(find: string | RegExp, replacement: string): string[] {
  const text = example.replace(find, replacement);
  assert.notEqual(text, example, 'the example no longer has what this test breaks');
  return faultLines(text);
}

describe('parseDocument', () => {
  it('takes the example and fills in every default', () => {
    const result = parseDocument(example);

    assert.ok('document' in result);
    const [mapping] = result.document.mappings as [Mapping, ...Mapping[]];
    const [target] = mapping.to;
    assert.ok(target?.kind === 'externalEpg');
    assert.equal(target.system, 'dc1');
    assert.equal(target.emptyForMs, 10_000);
    assert.deepEqual(target.scope, ['import-security']);
    assert.deepEqual(mapping.from.workloads, ['Deployment', 'StatefulSet', 'DaemonSet']);
    assert.equal(result.document.fabrics[0]?.batchObjects, 1000);
    assert.equal(result.document.settings.guard.windowMs, 3_600_000);
    assert.deepEqual(result.document.clusters[0]?.ranges.pods, ['10.244.0.0/16', 'fd00:10:244::/56']);
  });

  it('names every fault at once, with path, what was found and what was expected', () => {
    const lines = faultLines(
      example
        .replace('https://127.0.0.1:6443', 'http://127.0.0.1:6443')
        .replace('10.244.0.0/16', '10.244.0.0/33')
        .replace('mode: full', 'mode: fulll')
        .replace('tenant: k8s', 'tenant: "k 8s"'),
    );

    assert.deepEqual(lines, [
      'clusters[0].server: found "http://127.0.0.1:6443", expected an https:// URL without a path',
      'clusters[0].ranges.pods[0]: found "10.244.0.0/33", expected a prefix such as 10.244.0.0/16 or fd00:10:244::/56',
      'mappings[0].mode: found "fulll", expected one of report, add-only, full',
      'mappings[0].to.externalEpg.tenant: found "k 8s", expected an ACI tenant name of 1 to 63 of a-z, A-Z, 0-9, _, . and -',
    ]);
  });

  const cases: readonly [string, string | RegExp, string, string][] = [
    [
      'an unknown key',
      'l3out: calico',
      'l3out: calico\n        l3Out: x',
      'mappings[0].to.externalEpg.l3Out: found "x", expected no such key; see docs/configuration.md',
    ],
    [
      'a missing key',
      'l3out: calico',
      '',
      'mappings[0].to.externalEpg.l3out: found nothing, expected an ACI name of 1 to 64 of a-z, A-Z, 0-9, _, ., : and -',
    ],
    [
      'a cluster that is not defined',
      'clusters: [prod-a]',
      'clusters: [prod-b]',
      'mappings[0].from.clusters[0]: found prod-b, expected the name of a cluster: prod-a',
    ],
    [
      'a placeholder that does not follow from the grouping',
      '{cluster}_{namespace}_{workload}',
      '{cluster}_{service}',
      'mappings[0].to.externalEpg.name: found {service}, expected placeholders that follow from groupBy workload: {cluster} {namespace} {workload} {mapping}',
    ],
    [
      'a secret in place of a reference',
      'file:../.lab/fabric-password',
      'hunter2',
      'fabrics[0].credentials.password: found a text, not shown, expected a reference, file:PATH or env:NAME (never the secret itself)',
    ],
    [
      'a selector that is none',
      'kind: workload',
      'kind: workload\n      labels: "tier=in (a"',
      'mappings[0].from.labels: found "tier=in (a", expected a Kubernetes label selector; "tier=in (a" is not a term of one',
    ],
    [
      'two mappings of one name',
      '- name: services',
      '- name: workloads',
      'mappings[1].name: found workloads, expected another name: mappings[0] has it',
    ],
    [
      'a fabric with the name of a cluster',
      '- name: dc1',
      '- name: prod-a',
      'fabrics[0].name: found prod-a, expected another name: clusters[0] has it',
    ],
    [
      'an address kind that the selection cannot give',
      'addresses: [pod]',
      'addresses: [node]',
      'mappings[0].to.externalEpg.addresses[0]: found node, expected one of pod, loadBalancer, external, since kind is workload',
    ],
    [
      'shared-security alone',
      'addresses: [pod]',
      'scope: [shared-security]',
      'mappings[0].to.externalEpg.scope: found shared-security, expected import-security among them: the APIC demands it',
    ],
    [
      'both a CA and a pin',
      'ca: file:../.lab/ca.pem',
      'ca: file:a\n    pin: file:b',
      'clusters[0].pin: found both ca and pin, expected one of ca (a signing CA) and pin (the certificate itself)',
    ],
    [
      'a duration without a unit',
      'emptyFor: 10s',
      'emptyFor: "10"',
      'mappings[0].to.externalEpg.emptyFor: found "10", expected a duration such as 30s, 10m or 1h',
    ],
    ['another version', 'version: 1', 'version: 2', '(document)'],
  ];
  for (const [what, find, replacement, expected] of cases)
    it(`refuses ${what}`, () => {
      const lines = broken(find, replacement);

      if (expected === '(document)') assert.deepEqual(lines, ['version: found 2, expected 1']);
      else assert.deepEqual(lines, [expected]);
    });

  it('says which line is not YAML', () => {
    assert.match(faultLines('version: 1\nclusters: [')[0] ?? '', /^line \d+: found .*, expected YAML$/);
  });

  it('says of an empty file that it is no document', () => {
    assert.equal(faultLines('').length, 1);
  });
});
