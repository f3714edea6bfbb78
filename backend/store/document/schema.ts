/**
 * The document as an admin writes it, strict: an unknown key is a fault. Output is the parsed form, defaults filled in; what
 * refers to something else in the document is checked in `references.ts`.
 */
import { z } from 'zod';
import * as field from './fields.ts';

const trust = {
  ca: field.secretRef.optional(),
  pin: field.secretRef.optional(),
};

const credentialsOfCluster = z.union(
  [
    z.strictObject({ token: field.secretRef }),
    z.strictObject({ clientCertificate: field.secretRef, clientKey: field.secretRef }),
  ],
  { error: '{ token } or { clientCertificate, clientKey }, each a reference' },
);

const observe = z.union(
  [
    z.strictObject({ mode: z.literal('watch') }),
    z.strictObject({ mode: z.literal('poll'), every: field.duration }),
    z.strictObject({ mode: z.literal('poll'), cron: z.string(), zone: field.zone }),
  ],
  { error: '{ mode: watch }, { mode: poll, every: 30s } or { mode: poll, cron: "*/5 * * * *", zone: UTC }' },
);

const ranges = z.strictObject({
  pods: field.listOf(field.prefix).default([]),
  loadBalancers: field.listOf(field.prefix).default([]),
  external: field.listOf(field.prefix).default([]),
  cluster: field.listOf(field.prefix).default([]),
  nodes: field.listOf(field.prefix).default([]),
});

const cluster = z.strictObject({
  name: field.name,
  server: field.httpsUrl,
  ...trust,
  credentials: credentialsOfCluster,
  observe: observe.default({ mode: 'watch' }),
  ranges,
});

const fabric = z.strictObject({
  name: field.name,
  controllers: field.someOf(field.httpsUrl),
  ...trust,
  credentials: z.strictObject({
    username: z.string().min(1, { error: 'a user name' }),
    password: field.secretRef,
  }),
  batch: z
    .strictObject({
      objects: field.integer(1, 10_000).default(1000),
      bytes: field.integer(1024, 16_777_216).default(1_048_576),
    })
    .prefault({}),
  resync: field.duration.default(600_000),
});

const from = z.strictObject({
  kind: field.oneOf(['workload', 'service', 'node']),
  clusters: field.someOf(field.name),
  workloads: field
    .someOf(field.oneOf(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet', 'Pod']))
    .default(['Deployment', 'StatefulSet', 'DaemonSet']),
  namespaces: z
    .strictObject({
      names: field.listOf(field.kubernetesName).default([]),
      labels: field.selector.optional(),
    })
    .prefault({}),
  labels: field.selector.optional(),
  podLabels: field.selector.optional(),
  groupBy: field.oneOf(['workload', 'service', 'namespace', 'mapping']).optional(),
  hostNetwork: field.flag.default(false),
});

const externalEpg = z.strictObject({
  fabric: field.name.optional(),
  tenant: field.aciTenant,
  l3out: field.aciName,
  name: field.text(
    'a name of ACI characters and placeholders such as {cluster}_{namespace}_{workload}',
    /^([a-zA-Z0-9_.:-]|\{[a-z]+\})+$/,
  ),
  addresses: field.someOf(field.oneOf(['pod', 'loadBalancer', 'external', 'cluster', 'node'])).optional(),
  families: field.someOf(field.oneOf(['ipv4', 'ipv6'])).default(['ipv4', 'ipv6']),
  create: field.flag.default(true),
  scope: field.someOf(field.oneOf(['import-security', 'shared-security'])).default(['import-security']),
  contracts: z
    .strictObject({
      provide: field.listOf(field.aciName).default([]),
      consume: field.listOf(field.aciName).default([]),
      master: field.aciName.nullish(),
    })
    .prefault({}),
  whenEmpty: field.oneOf(['keep', 'delete']).default('keep'),
  emptyFor: field.duration.default(600_000),
  allowIsolated: field.flag.default(false),
});

const mapping = z.strictObject({
  name: field.name,
  mode: field.oneOf(['report', 'add-only', 'full']).default('report'),
  firstContact: field.oneOf(['report', 'apply']).default('report'),
  from,
  to: z.strictObject({ externalEpg }),
});

const guard = z.strictObject({
  share: field.share().default(0.2),
  atLeast: field.integer(0, 100_000).default(10),
  atMost: field.integer(1, 100_000).default(50),
  window: field.duration.default(3_600_000),
});

export const documentSchema = z.strictObject({
  version: z.literal(1, { error: '1' }),
  instance: field.text('4 to 12 of a-z and 0-9', /^[a-z0-9]{4,12}$/),
  clusters: field.listOf(cluster).default([]),
  fabrics: field.listOf(fabric).default([]),
  mappings: field.listOf(mapping).default([]),
  settings: z.strictObject({ guard: guard.prefault({}) }).prefault({}),
});

/** The document after its fields are checked, before what it refers to is. */
export type WrittenDocument = z.output<typeof documentSchema>;
export type WrittenMapping = z.output<typeof mapping>;
export type WrittenCluster = z.output<typeof cluster>;
export type WrittenFabric = z.output<typeof fabric>;
