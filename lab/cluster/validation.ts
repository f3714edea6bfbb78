/** What the API server refuses to store, in its own words. */
import { invalid, type FieldFault } from './errors.ts';
import { isRecord, type KubeObject } from './objects.ts';
import { selects } from './selectors.ts';
import type { KindRow } from './kinds.ts';

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const dns1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const nameRules = {
  label: {
    pattern: label,
    text: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  },
  dns1035: {
    pattern: dns1035,
    text: "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  },
  subdomain: {
    pattern: subdomain,
    text: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  },
} as const;

function nameFaults(kind: KindRow, name: string): FieldFault[] {
  const rule = nameRules[kind.names];
  if (rule.pattern.test(name) && name.length <= (kind.names === 'subdomain' ? 253 : 63)) return [];
  const message = `Invalid value: ${JSON.stringify(name)}: ${rule.text}`;
  return [{ field: 'metadata.name', reason: 'FieldValueInvalid', message }];
}

function required(field: string, text = ''): FieldFault {
  const message = text === '' ? 'Required value' : `Required value: ${text}`;
  return { field, reason: 'FieldValueRequired', message };
}

function podSpecFaults(spec: unknown, field: string): FieldFault[] {
  const containers = list(record(spec)['containers']);
  if (containers.length === 0) return [required(`${field}.containers`)];
  return containers.flatMap((container, index) => {
    const { name, image } = record(container);
    const at = `${field}.containers[${index}]`;
    return [
      ...(name === undefined ? [required(`${at}.name`)] : []),
      ...(image === undefined ? [required(`${at}.image`)] : []),
    ];
  });
}

function workloadFaults(object: KubeObject): FieldFault[] {
  const spec = record(object['spec']);
  const template = record(spec['template']);
  const faults = podSpecFaults(template['spec'], 'spec.template.spec');
  const replicas = spec['replicas'];
  if (typeof replicas === 'number' && replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    faults.push({ field: 'spec.replicas', reason: 'FieldValueInvalid', message });
  }
  if (!isRecord(spec['selector'])) return [required('spec.selector'), ...faults];
  const labels = record(record(template['metadata'])['labels']) as Record<string, string>;
  if (!selects(spec['selector'], labels)) {
    const message = `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
    faults.push({ field: 'spec.template.metadata.labels', reason: 'FieldValueInvalid', message });
  }
  return faults;
}

function serviceFaults(object: KubeObject): FieldFault[] {
  const spec = record(object['spec']);
  const needsPorts = spec['type'] !== 'ExternalName' && spec['clusterIP'] !== 'None';
  return needsPorts && list(spec['ports']).length === 0 ? [required('spec.ports')] : [];
}

const checks: Readonly<Record<string, (object: KubeObject) => FieldFault[]>> = {
  pods: (pod) => podSpecFaults(pod['spec'], 'spec'),
  deployments: workloadFaults,
  replicasets: workloadFaults,
  statefulsets: workloadFaults,
  daemonsets: workloadFaults,
  jobs: (job) => podSpecFaults(record(record(job['spec'])['template'])['spec'], 'spec.template.spec'),
  services: serviceFaults,
};

/** Throws the 422 that a real server answers, all faults at once. */
export function validate(kind: KindRow, object: KubeObject): void {
  const faults = [...nameFaults(kind, object.metadata.name), ...(checks[kind.resource]?.(object) ?? [])];
  if (faults.length > 0) throw invalid(kind, object.metadata.name, faults);
}
