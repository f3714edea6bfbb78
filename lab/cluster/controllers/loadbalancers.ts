/**
 * Load-balancer addresses, as MetalLB gives them: the lowest free one of the first pool of each family, or the one that
 * is asked for. A Service annotated `lab/hostname: NAME` gets that name and no address, as on some clouds.
 */
import { parseRange, addressAt, type Range } from '../ranges.ts';
import { isDeleting, sameJson, uidOf, type Ingress, type Service } from '../objects.ts';
import type { Change } from '../store.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

const wishNotes = ['metallb.io/loadBalancerIPs', 'metallb.universe.tf/loadBalancerIPs'];

class LoadBalancers implements Controller {
  readonly name = 'loadbalancers';
  readonly #world: World;
  readonly #pools: readonly Range[];
  readonly #holders = new Map<string, string>();

  constructor(world: World, pools: readonly string[]) {
    this.#world = world;
    this.#pools = pools.map(parseRange);
  }

  keysOf({ resource, type, object, key }: Change): Iterable<string> {
    if (resource !== 'services') return [];
    if (type !== 'DELETED') return [key];
    this.#release(uidOf(object));
    return this.#unserved();
  }

  reconcile(key: string): void {
    const service = this.#world.store.getByKey('services', key);
    if (service === undefined || isDeleting(service)) return;
    const wanted = service.spec.type === 'LoadBalancer' && service.spec.loadBalancerClass === undefined;
    const ingress = wanted ? this.#ingress(service) : [];
    if (!wanted) this.#release(uidOf(service));
    if (service.spec.loadBalancerClass !== undefined) return;
    const loadBalancer = ingress.length > 0 ? { ingress } : {};
    if (sameJson(service.status.loadBalancer, loadBalancer)) return;
    this.#world.lifecycle.report('services', service, { ...service.status, loadBalancer });
  }

  #unserved(): string[] {
    return this.#world.store
      .list('services')
      .filter(({ spec, status }) => spec.type === 'LoadBalancer' && status.loadBalancer.ingress === undefined)
      .map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
  }

  #ingress(service: Service): Ingress[] {
    const hostname = service.metadata.annotations?.['lab/hostname'];
    if (hostname !== undefined) {
      this.#release(uidOf(service));
      return [{ hostname }];
    }
    const families = service.spec.ipFamilies ?? ['IPv4'];
    const addresses = families.map((family) => this.#address(service, family));
    return addresses.filter((ip) => ip !== undefined).map((ip) => ({ ip, ipMode: 'VIP' }));
  }

  #address(service: Service, family: string): string | undefined {
    const holder = uidOf(service);
    const v6 = family === 'IPv6';
    const wish = this.#wishes(service).find((address) => address.includes(':') === v6);
    if (wish !== undefined) {
      if ((this.#holders.get(wish) ?? holder) !== holder) return undefined;
      for (const [address, owner] of this.#holders) {
        if (owner === holder && address !== wish && address.includes(':') === v6)
          this.#holders.delete(address);
      }
      this.#holders.set(wish, holder);
      return wish;
    }
    for (const [address, owner] of this.#holders) {
      if (owner === holder && address.includes(':') === v6) return address;
    }
    return this.#lowestFree(family, holder);
  }

  #wishes({ metadata, spec }: Service): string[] {
    const noted = wishNotes.map((note) => metadata.annotations?.[note]).find((value) => value !== undefined);
    const text = noted ?? spec.loadBalancerIP ?? '';
    return text
      .split(',')
      .map((address) => address.trim())
      .filter((address) => address !== '');
  }

  #lowestFree(family: string, holder: string): string | undefined {
    for (const pool of this.#pools) {
      if (pool.family !== family) continue;
      const end = Number(pool.size > 65_536n ? 65_536n : pool.size);
      for (let index = Math.min(1, end - 1); index < end; index += 1) {
        const address = addressAt(pool, index);
        if (this.#holders.has(address)) continue;
        this.#holders.set(address, holder);
        return address;
      }
    }
    return undefined;
  }

  #release(holder: string): void {
    for (const [address, owner] of this.#holders) if (owner === holder) this.#holders.delete(address);
  }
}

export function loadBalancers(world: World, pools: readonly string[]): Controller {
  return new LoadBalancers(world, pools);
}
