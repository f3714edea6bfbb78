/** What the server says it serves: plain and aggregated discovery, and just enough OpenAPI for kubectl to apply. */
import { apiVersionOf, groupVersions, kinds, type GroupVersion, type KindRow } from './kinds.ts';

type Json = Readonly<Record<string, unknown>>;

export const version: Json = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.0-lab',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.27.3',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

const subresourceKinds: Readonly<Record<string, { group: string; version: string; kind: string }>> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction' },
};

function subresourceVerbs(name: string): string[] {
  if (name === 'eviction') return ['create'];
  return name === 'finalize' ? ['update'] : ['get', 'patch', 'update'];
}

function optional(kind: KindRow): Json {
  return {
    ...(kind.shortNames === undefined ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories === undefined ? {} : { categories: kind.categories }),
  };
}

function plainResource(kind: KindRow): Json[] {
  const { resource, singular, namespaced } = kind;
  const own = { name: resource, singularName: singular, namespaced, kind: kind.kind, verbs: kind.verbs };
  const subresources = [...kind.subresources].sort().map((sub) => ({
    name: `${resource}/${sub}`,
    singularName: '',
    namespaced,
    ...(subresourceKinds[sub] ?? { kind: kind.kind }),
    verbs: subresourceVerbs(sub),
  }));
  return [{ ...own, ...optional(kind) }, ...subresources];
}

function ofGroup({ group, version: wanted }: GroupVersion): KindRow[] {
  return kinds.filter((kind) => kind.group === group && kind.version === wanted);
}

function resourceList(groupVersion: GroupVersion): Json {
  const resources = ofGroup(groupVersion).flatMap(plainResource);
  const core = groupVersion.group === '';
  return {
    kind: 'APIResourceList',
    ...(core ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf(groupVersion),
    resources,
  };
}

function aggregatedResource(kind: KindRow): Json {
  const responseKind = { group: '', version: '', kind: kind.kind };
  const subresources = [...kind.subresources].sort().map((sub) => ({
    subresource: sub,
    responseKind: subresourceKinds[sub] ?? responseKind,
    verbs: subresourceVerbs(sub),
  }));
  return {
    resource: kind.resource,
    responseKind,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...optional(kind),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

function aggregated(groups: readonly GroupVersion[]): Json {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map((groupVersion) => ({
      metadata: groupVersion.group === '' ? {} : { name: groupVersion.group },
      versions: [
        {
          version: groupVersion.version,
          resources: ofGroup(groupVersion).map(aggregatedResource),
          freshness: 'Current',
        },
      ],
    })),
  };
}

function groupEntry(groupVersion: GroupVersion): Json {
  const named = { groupVersion: apiVersionOf(groupVersion), version: groupVersion.version };
  return { name: groupVersion.group, versions: [named], preferredVersion: named };
}

const core: GroupVersion = { group: '', version: 'v1' };

/** kubectl asks here whether a write may name its field validation; it needs nothing else of OpenAPI. */
function openApiOf(groupVersion: GroupVersion): Json {
  const base = groupVersion.group === '' ? '/api/v1' : `/apis/${apiVersionOf(groupVersion)}`;
  const paths = ofGroup(groupVersion).map((kind) => {
    const scope = kind.namespaced ? '/namespaces/{namespace}' : '';
    const operation = {
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { ...groupVersion, kind: kind.kind },
      parameters: ['dryRun', 'fieldManager', 'fieldValidation', 'force'].map((name) => ({
        name,
        in: 'query',
        schema: { type: 'string', uniqueItems: true },
      })),
      responses: { 200: { description: 'OK' } },
    };
    return [`${base}${scope}/${kind.resource}/{name}`, { patch: operation }];
  });
  const info = { title: 'Kubernetes', version: String(version['gitVersion']) };
  return { openapi: '3.0.0', info, paths: Object.fromEntries(paths) as Json, components: { schemas: {} } };
}

function openApiIndex(): Json {
  const names = ['api/v1', ...groupVersions().map((group) => `apis/${apiVersionOf(group)}`)];
  const entries = names.map((name) => [name, { serverRelativeURL: `/openapi/v3/${name}?hash=LAB` }]);
  return { paths: Object.fromEntries(entries) as Json };
}

export interface Answer {
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Json | string;
}

function json(body: Json): Answer {
  return { type: 'application/json', body };
}

function root(plain: Json, groups: readonly GroupVersion[], accept: string): Answer {
  const wanted = accept
    .split(',')
    .some((type) => /g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList/.test(type));
  if (!wanted) return json(plain);
  return {
    type: aggregatedType,
    headers: { vary: 'Accept', 'cache-control': 'public' },
    body: aggregated(groups),
  };
}

/** The answer to a path that is not of a resource; undefined when there is none. */
export function describe(pathname: string, accept: string, address: string): Answer | undefined {
  if (pathname === '/api') {
    const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: address }];
    return root({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs }, [core], accept);
  }
  if (pathname === '/apis') {
    const groups = groupVersions();
    return root({ kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupEntry) }, groups, accept);
  }
  if (pathname === '/api/v1') return json(resourceList(core));
  if (pathname === '/version') return json(version);
  if (/^\/(readyz|livez|healthz)$/.test(pathname)) return { type: 'text/plain; charset=utf-8', body: 'ok' };
  if (pathname === '/openapi/v3') return json(openApiIndex());
  return describeGroup(pathname);
}

function describeGroup(pathname: string): Answer | undefined {
  for (const groupVersion of [core, ...groupVersions()]) {
    const whole = groupVersion.group === '' ? 'api/v1' : `apis/${apiVersionOf(groupVersion)}`;
    if (pathname === `/openapi/v3/${whole}`) return json(openApiOf(groupVersion));
    if (pathname === `/${whole}`) return json(resourceList(groupVersion));
    if (groupVersion.group !== '' && pathname === `/apis/${groupVersion.group}`) {
      return json({ kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(groupVersion) });
    }
  }
  return undefined;
}
