/**
 * Endpoints as leaves learn them: under an EPG, an ESG or a VRF, seen on one leaf or on a vPC pair, moving, ageing out.
 *
 * In: what tests and people ask for. Out: commits of the fabric's own (`fvCEp`, `fvIp`, `fvReportingNode`), of which
 * subscribers hear as of everything else. It knows which leaves are up, and nothing of why one is not.
 */
import { timestamp, type LabClock } from '../../clock.ts';
import type { Mo } from '../model/mo.ts';
import { Refused } from '../refused.ts';
import { mo, type MoBody } from '../seed.ts';
import { fabricAuthor, type Store } from '../store.ts';
import { parseNode } from '../write/body.ts';
import type { Transaction } from '../write/transaction.ts';
import { attachmentOf, fabricPathDn, type Attachment } from './attachment.ts';
import { domainsOf } from './domains.ts';
import { addressOf, dnOf, macOf, type EndpointName } from './names.ts';

export interface LearnedEndpoint extends EndpointName, Attachment {
  readonly ips?: readonly string[] | undefined;
  /** The EPG it belongs to, where it is shown under an ESG. */
  readonly baseEpgDn?: string | undefined;
  /** How it came to be known: `learned`, `vmm`, `static`, or several, comma-separated. */
  readonly lcC?: string | undefined;
}

export interface EndpointView extends EndpointName {
  readonly dn: string;
  readonly ips: readonly string[];
  readonly nodes: readonly number[];
  readonly path: string;
  readonly encap: string;
  readonly baseEpgDn: string;
  readonly lcC: string;
}

/** What tests and people may do to endpoints. A leaf that is down learns nothing: asking for that is refused. */
export interface EndpointControl {
  /** Learns endpoints, or more about known ones, in one step. Returns the DNs of their `fvCEp`. */
  learn(endpoints: LearnedEndpoint | readonly LearnedEndpoint[]): string[];
  addIp(name: EndpointName, ip: string): void;
  removeIp(name: EndpointName, ip: string): void;
  /** To another leaf, port or VLAN; the addresses go with it. */
  move(name: EndpointName, to: Attachment): void;
  /** Forgets the endpoint; one that is not known is no error. */
  age(name: EndpointName): void;
  /** Changes what says nothing about who is a member, of one endpoint or of all. */
  noise(name?: EndpointName): void;
  list(epgDn?: string): EndpointView[];
}

interface Attached {
  /** Those leaves that report it. */
  readonly up: readonly number[];
  readonly attributes: Readonly<Record<string, string>>;
}

const unattached = { nodes: [101], path: undefined, encap: 'vlan-201', baseEpgDn: '' };

export class Endpoints implements EndpointControl {
  readonly #store: Store;
  readonly #clock: LabClock;
  /** Lost with a leaf, by DN; learned again when it returns. */
  readonly #away = new Map<string, EndpointView>();

  constructor(store: Store, clock: LabClock) {
    this.#store = store;
    this.#clock = clock;
  }

  learn(endpoints: LearnedEndpoint | readonly LearnedEndpoint[]): string[] {
    const list: readonly LearnedEndpoint[] = Array.isArray(endpoints) ? endpoints : [endpoints];
    const dns = list.map(dnOf);
    this.#commit((transaction) => {
      for (const endpoint of list) this.#learn(transaction, endpoint);
    });
    for (const dn of dns) this.#away.delete(dn);
    return dns;
  }

  addIp(name: EndpointName, ip: string): void {
    const { epgDn, mac } = this.#known(name);
    this.learn({ epgDn, mac, ips: [ip] });
  }

  removeIp(name: EndpointName, ip: string): void {
    const dn = `${this.#known(name).dn}/ip-[${addressOf(ip)}]`;
    const found = this.#store.tree.get(dn);
    if (found === undefined) throw new Refused(`there is no address ${dn}`);
    this.#commit((transaction) => transaction.remove(found));
  }

  move(name: EndpointName, to: Attachment): void {
    const { epgDn, mac } = this.#known(name);
    this.learn({ epgDn, mac, ...to });
  }

  age(name: EndpointName): void {
    const dn = dnOf(name);
    this.#away.delete(dn);
    const found = this.#store.tree.get(dn);
    if (found) this.#commit((transaction) => transaction.remove(found));
  }

  noise(name?: EndpointName): void {
    const known = name ? [this.#known(name)] : this.list();
    this.#commit((transaction) => {
      for (const { dn } of known) this.#stir(transaction, dn);
    });
  }

  list(epgDn?: string): EndpointView[] {
    const all = [...this.#store.tree.ofClass('fvCEp')].map(viewOf);
    return epgDn === undefined ? all : all.filter((one) => one.epgDn === epgDn || one.baseEpgDn === epgDn);
  }

  /** Forgets what only this leaf saw. Of what a vPC partner sees too, only this leaf's report goes. */
  lose(node: number): void {
    const seen = this.list().filter(({ nodes }) => nodes.includes(node));
    this.#commit((transaction) => {
      for (const endpoint of seen) this.#loseOne(transaction, endpoint, node);
    });
  }

  /** Learns again what was lost with this leaf, unless it was seen elsewhere meanwhile. */
  recall(node: number): void {
    const lost = [...this.#away.values()].filter(({ nodes }) => nodes.includes(node));
    const shared = this.list().filter(({ nodes }) => nodes.includes(node));
    this.learn([...lost, ...shared].filter(({ epgDn }) => this.#store.tree.get(epgDn)));
    for (const { dn } of lost) this.#away.delete(dn);
  }

  #commit(work: (transaction: Transaction) => void): void {
    this.#store.commit(fabricAuthor, work);
  }

  #known(name: EndpointName): EndpointView {
    const dn = dnOf(name);
    const found = this.#store.tree.get(dn);
    if (found === undefined) throw new Refused(`there is no endpoint ${dn}`);
    return viewOf(found);
  }

  #learn(transaction: Transaction, endpoint: LearnedEndpoint): void {
    const dn = dnOf(endpoint);
    const known = this.#store.tree.get(dn);
    const before = known && viewOf(known);
    const { up, attributes } = this.#attach(endpoint, before);
    const ips = new Set([...(before?.ips ?? []), ...(endpoint.ips ?? []).map(addressOf)]);
    const children = [...ips].map((addr) => this.#address(`${dn}/ip-[${addr}]`, { addr, ...attributes }, up));
    const name = macOf(endpoint.mac);
    const lcC = endpoint.lcC ?? before?.lcC ?? 'learned';
    const tree = mo('fvCEp', { dn, name, mac: name, lcC, ...attributes }, children);
    transaction.apply(parseNode(tree), dn);
    for (const addr of ips) this.#dropReports(transaction, `${dn}/ip-[${addr}]`, up);
  }

  #attach(endpoint: LearnedEndpoint, before: EndpointView | undefined): Attached {
    const { nodes, encap, path, baseEpgDn } = { ...unattached, ...before, ...given(endpoint) };
    const attributes = {
      // A port of the former leaf says nothing of a port of the new one.
      fabricPathDn: fabricPathDn(nodes, endpoint.nodes ? endpoint.path : path),
      encap,
      baseEpgDn,
      ...domainsOf(this.#store.tree, baseEpgDn === '' ? endpoint.epgDn : baseEpgDn),
    };
    return { up: this.#reporting(nodes), attributes };
  }

  #reporting(nodes: readonly number[]): number[] {
    if (nodes.length === 0 || nodes.length > 2)
      throw new Refused('an endpoint is seen on one leaf or on two');
    const up = nodes.filter((node) => this.#isUp(node));
    if (up.length === 0) throw new Refused(`no leaf of ${nodes.join(', ')} is up to learn an endpoint`);
    return up;
  }

  #isUp(node: number): boolean {
    const leaves = [...this.#store.tree.ofClass('fabricNode')];
    return leaves.some((one) => one.get('id') === String(node) && one.get('fabricSt') === 'active');
  }

  #address(dn: string, attributes: Record<string, string>, nodes: readonly number[]): MoBody {
    const createTs = timestamp(this.#clock.now());
    const reports = nodes.map((node) => {
      const known = this.#store.tree.get(`${dn}/node-${node}`);
      return mo('fvReportingNode', { id: String(node), lcC: 'learned', ...(!known && { createTs }) });
    });
    return mo('fvIp', { ...attributes, ...(!this.#store.tree.get(dn) && { createTs }) }, reports);
  }

  #dropReports(transaction: Transaction, dn: string, nodes: readonly number[]): void {
    for (const report of [...(this.#store.tree.get(dn)?.children ?? [])]) {
      if (report.meta.name !== 'fvReportingNode' || nodes.includes(Number(report.get('id')))) continue;
      transaction.remove(report);
    }
  }

  #loseOne(transaction: Transaction, endpoint: EndpointView, node: number): void {
    const found = this.#store.tree.get(endpoint.dn);
    if (found === undefined) return;
    const others = endpoint.nodes.filter((one) => one !== node && this.#isUp(one));
    if (others.length === 0) {
      this.#away.set(endpoint.dn, endpoint);
      transaction.remove(found);
      return;
    }
    for (const ip of endpoint.ips) this.#dropReports(transaction, `${endpoint.dn}/ip-[${ip}]`, others);
  }

  #stir(transaction: Transaction, dn: string): void {
    const found = this.#store.tree.get(dn);
    if (found === undefined) return;
    const lcC = found.get('lcC') === 'learned' ? 'learned,vmm' : 'learned';
    const flags = lcC === 'learned' ? '' : 'local';
    const ips = addressesOf(found).map((addr) => mo('fvIp', { addr, flags }));
    transaction.apply(parseNode(mo('fvCEp', { dn, lcC }, ips)), dn);
  }
}

/** Only what was said: an option that is undefined must not hide what is known. */
function given(
  endpoint: LearnedEndpoint,
): Partial<{ nodes: readonly number[]; path: string; encap: string; baseEpgDn: string }> {
  return Object.fromEntries(Object.entries(endpoint).filter(([, value]) => value !== undefined));
}

function addressesOf(endpoint: Mo): string[] {
  const children = [...(endpoint.children ?? [])];
  return children.filter((one) => one.meta.name === 'fvIp').map((one) => one.get('addr'));
}

function viewOf(endpoint: Mo): EndpointView {
  return {
    dn: endpoint.dn,
    epgDn: endpoint.parent?.dn ?? '',
    mac: endpoint.get('mac'),
    ips: addressesOf(endpoint),
    ...attachmentOf(endpoint.get('fabricPathDn')),
    encap: endpoint.get('encap'),
    baseEpgDn: endpoint.get('baseEpgDn'),
    lcC: endpoint.get('lcC'),
  };
}
