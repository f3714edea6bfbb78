/**
 * The document as an admin writes it, strict: an unknown key is a fault. Output is the parsed form, defaults filled in; what
 * refers to something else in the document is checked in `references.ts`.
 */
import { z } from 'zod';
import * as field from './fields.ts';
import { to } from './targets/registry.ts';

const trust = {
  ca: field.certificate.optional(),
  pin: field.certificate.optional(),
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
    z.strictObject({ mode: z.literal('poll'), cron: field.cron, zone: field.zone }),
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

const credentials = {
  username: z.string({ error: 'a user name' }).min(1, { error: 'a user name' }),
  password: field.secretRef,
};

const boundsOfFabric = {
  batch: z
    .strictObject({
      objects: field.integer(1, 10_000).default(1000),
      bytes: field.integer(1024, 16_777_216).default(1_048_576),
    })
    .prefault({}),
  resync: field.duration.default(600_000),
};

const reachedFabric = z.strictObject({
  name: field.name,
  appCenter: z.undefined().optional(),
  controllers: field.someOf(field.httpsUrl),
  ...trust,
  credentials: z.strictObject(credentials),
  ...boundsOfFabric,
});

const hostFabric = z.strictObject({ name: field.name, appCenter: z.literal(true), ...boundsOfFabric });

const fabric = z.discriminatedUnion('appCenter', [hostFabric, reachedFabric], {
  error: 'true, for the fabric on whose APIC this runs; or no such key',
});

const from = z.strictObject({
  kind: field.oneOf(['workload', 'service', 'node', 'aciEpg']),
  clusters: field.someOf(field.name).optional(),
  fabric: field.name.optional(),
  epgs: field.someOf(field.epg).optional(),
  absentFor: field.duration.default(600_000),
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
  groupBy: field.oneOf(['workload', 'service', 'namespace', 'epg', 'mapping']).optional(),
  hostNetwork: field.flag.default(false),
});

const bigIp = z.strictObject({
  kind: z.literal('bigip'),
  name: field.name,
  address: field.httpsUrl,
  ...trust,
  credentials: z.strictObject({ ...credentials, provider: z.string().min(1).default('tmos') }),
  resync: field.duration.default(30_000),
  save: z
    .union([z.literal('never'), field.duration], { error: 'a duration such as 60s, or never' })
    .default(60_000),
});

const haproxy = z.strictObject({
  kind: z.literal('haproxy'),
  name: field.name,
  socket: field.socket,
  probe: field.duration.default(1000),
  resync: field.duration.default(30_000),
  check: z.string().optional(),
});

const loadBalancer = z.discriminatedUnion('kind', [bigIp, haproxy], { error: 'kind: bigip or haproxy' });

const mapping = z.strictObject({
  name: field.name,
  mode: field.oneOf(['report', 'add-only', 'full']).default('report'),
  firstContact: field.oneOf(['report', 'apply']).default('report'),
  from,
  to,
});

const guard = z.strictObject({
  share: field.share().default(0.2),
  atLeast: field.integer(0, 100_000).default(10),
  atMost: field.integer(1, 100_000).default(50),
  window: field.duration.default(3_600_000),
});

const roles = field.listOf(field.text('a role of the fabric', /^[a-zA-Z0-9_.:-]{1,64}$/));

const access = z.strictObject({
  roles: z
    .strictObject({
      admin: roles.default(['admin']),
      operator: roles.default(['ops', 'tenant-admin', 'nw-svc-admin']),
      viewer: roles.default(['read-all']),
    })
    .prefault({}),
  idle: field.duration.default(1_800_000),
  endAfter: field.duration.default(43_200_000),
});

const history = z.strictObject({
  keepFor: field.duration.default(7_776_000_000),
  megabytes: field.integer(10, 100_000).default(500),
});

const settings = z.strictObject({
  guard: guard.prefault({}),
  access: access.prefault({}),
  history: history.prefault({}),
});

export const documentSchema = z.strictObject({
  version: z.literal(1, { error: '1' }),
  instance: field.text('4 to 12 of a-z and 0-9', /^[a-z0-9]{4,12}$/),
  clusters: field.listOf(cluster).default([]),
  fabrics: field.listOf(fabric).default([]),
  loadBalancers: field.listOf(loadBalancer).default([]),
  mappings: field.listOf(mapping).default([]),
  settings: settings.prefault({}),
});

/** The document after its fields are checked, before what it refers to is. */
export type WrittenDocument = z.output<typeof documentSchema>;
export type WrittenMapping = z.output<typeof mapping>;
export type WrittenCluster = z.output<typeof cluster>;
export type WrittenFabric = z.output<typeof fabric>;
export type WrittenLoadBalancer = z.output<typeof loadBalancer>;
