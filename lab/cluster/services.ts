/** Cluster addresses and node ports of Services, given when a Service is written and taken back when it goes. */
import { invalid } from './errors.ts';
import { kindOfResource } from './kinds.ts';
import { uidOf, type KubeObject, type Service, type ServicePort } from './objects.ts';
import { parseRange, Turnstile } from './ranges.ts';
import type { Store } from './store.ts';

type Family = 'IPv4' | 'IPv6';

const firstNodePort = 30_000;
const nodePorts = 2768;

function familiesOf(
  { spec }: Service,
  before: Service | undefined,
): {
  ipFamilies: readonly string[];
  ipFamilyPolicy: string;
} {
  const ipFamilyPolicy = spec.ipFamilyPolicy ?? before?.spec.ipFamilyPolicy ?? 'SingleStack';
  const single = before?.spec.ipFamilies ?? ['IPv4'];
  const usual = ipFamilyPolicy === 'SingleStack' ? single : ['IPv4', 'IPv6'];
  return { ipFamilies: spec.ipFamilies ?? usual, ipFamilyPolicy };
}

function askedAddresses({ spec }: Service): readonly string[] | undefined {
  if (spec.clusterIPs !== undefined && spec.clusterIPs.length > 0) return spec.clusterIPs;
  return spec.clusterIP === undefined || spec.clusterIP === '' ? undefined : [spec.clusterIP];
}

export class ServiceAddresses {
  readonly #ranges: Readonly<Record<Family, Turnstile>>;
  readonly #ports = new Map<number, string>();
  #nextPort = 0;

  constructor(store: Store, v4: string, v6: string) {
    this.#ranges = { IPv4: new Turnstile(parseRange(v4), 1), IPv6: new Turnstile(parseRange(v6), 1) };
    store.onChange(({ type, resource, object }) => {
      if (resource === 'services' && type === 'DELETED') this.#release(object as Service);
    });
  }

  /** The Service with what it has a right to; what `previous` had is kept. */
  fill(object: KubeObject, previous?: KubeObject): KubeObject {
    const service = object as Service;
    const before = previous as Service | undefined;
    if (service.spec.type === 'ExternalName') return service;
    return this.#withPorts(this.#withClusterIps(service, before), before);
  }

  #withClusterIps(service: Service, before: Service | undefined): Service {
    const { spec } = service;
    const choice = familiesOf(service, before);
    if (spec.clusterIP === 'None') return { ...service, spec: { ...spec, clusterIPs: ['None'], ...choice } };
    const known = askedAddresses(service) ?? before?.spec.clusterIPs ?? [];
    const clusterIPs = choice.ipFamilies.map((family, index) =>
      this.#clusterIp(service, family as Family, known[index]),
    );
    return { ...service, spec: { ...spec, clusterIP: clusterIPs[0] ?? '', clusterIPs, ...choice } };
  }

  #clusterIp(service: Service, family: Family, wanted: string | undefined): string {
    const range = this.#ranges[family];
    if (wanted === undefined || wanted === '' || wanted === 'None') return range.take(uidOf(service)) ?? '';
    if (range.claim(wanted, uidOf(service))) return wanted;
    const kind = kindOfResource('services') ?? { group: '', kind: 'Service' };
    const message = `Invalid value: ["${wanted}"]: failed to allocate IP ${wanted}: provided IP is already allocated`;
    throw invalid(kind, service.metadata.name, [
      { field: 'spec.clusterIPs', reason: 'FieldValueInvalid', message },
    ]);
  }

  #withPorts(service: Service, before: Service | undefined): Service {
    const { spec } = service;
    const exposed = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
    const ports = (spec.ports ?? []).map((port, index) => {
      if (!exposed) return { ...port, nodePort: undefined };
      const known = port.nodePort ?? before?.spec.ports?.[index]?.nodePort;
      return { ...port, nodePort: this.#nodePort(service, known) };
    });
    const local = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
    const wanted = before?.spec['healthCheckNodePort'];
    const known = typeof wanted === 'number' ? wanted : undefined;
    const health = local ? { healthCheckNodePort: this.#nodePort(service, known) } : {};
    const filled = { ...spec, healthCheckNodePort: undefined, ...health };
    const clean = ports.map((port) => JSON.parse(JSON.stringify(port)) as ServicePort);
    return { ...service, spec: { ...filled, ...(clean.length > 0 ? { ports: clean } : {}) } };
  }

  #nodePort(service: Service, wanted: number | undefined): number {
    const holder = uidOf(service);
    if (wanted !== undefined && wanted !== 0) {
      this.#ports.set(wanted, holder);
      return wanted;
    }
    for (let tries = 0; tries < nodePorts; tries += 1) {
      // A step that shares no divisor with the count walks through all ports, far apart from each other.
      this.#nextPort = (this.#nextPort + 1597) % nodePorts;
      const port = firstNodePort + this.#nextPort;
      if (this.#ports.has(port)) continue;
      this.#ports.set(port, holder);
      return port;
    }
    return 0;
  }

  #release(service: Service): void {
    const holder = uidOf(service);
    for (const address of service.spec.clusterIPs ?? []) {
      this.#ranges[address.includes(':') ? 'IPv6' : 'IPv4'].give(address, holder);
    }
    for (const [port, owner] of this.#ports) if (owner === holder) this.#ports.delete(port);
  }
}
