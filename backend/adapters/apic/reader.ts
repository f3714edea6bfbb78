/**
 * Which queries make which part of the mirror true, and their decoding. In: a query layer. Out: records. Decides nothing.
 *
 *     part         queries
 *     fabric       topSystem of controller 1; structure; all external EPGs and subnets; faults; relations of each followed L3Out
 *     tenant       structure of one tenant
 *     container    one L3Out with everything in it
 *     object       one external EPG with everything in it
 */
import { ProblemError } from '../../model/problems.ts';
import type { Codec } from './codec/codec.ts';
import { containerDn, placeOf, tenantDn } from './dn.ts';
import { faultClasses, faultFilter } from './faults.ts';
import type { Mo } from './mo.ts';
import type { Query } from './query.ts';
import { recordOf, relationClasses, type ObjectRecord } from './record.ts';
import { structureClasses } from './structure.ts';

export interface FabricRead {
  readonly structure: readonly Mo[];
  readonly faults: readonly Mo[];
  readonly records: ReadonlyMap<string, ObjectRecord>;
}

export interface ContainerRead {
  /** The L3Out itself was there. */
  readonly present: boolean;
  readonly records: ReadonlyMap<string, ObjectRecord>;
}

const identityAttributes = new Set(['id', 'fabricDomain', 'fabricId', 'serial']);

export class Reader {
  readonly #query: Query;
  readonly #codec: Codec;
  readonly #objectClasses: readonly string[];
  readonly #childClasses: readonly string[];
  readonly #keep: ReadonlySet<string>;

  constructor(query: Query, codec: Codec) {
    this.#query = query;
    this.#codec = codec;
    this.#childClasses = [...new Set([...Object.keys(relationClasses), 'tagAnnotation'])];
    this.#objectClasses = [
      ...new Set([codec.objectClass, ...Object.keys(codec.itemClasses), ...this.#childClasses]),
    ];
    const followed = [structureClasses, relationClasses, codec.itemClasses].flatMap((each) =>
      Object.values(each),
    );
    this.#keep = new Set(['annotation', ...codec.objectAttributes, ...followed.flat()]);
  }

  /** What is of use in a notification. */
  get noticed(): ReadonlySet<string> {
    return new Set(['status', ...this.#keep, ...Object.values(faultClasses).flat()]);
  }

  /** Paths to subscribe to: policy under `uni`, and faults. Descriptions for people are not followed. */
  subscriptions(): readonly string[] {
    const wanted = [...Object.keys(structureClasses), ...this.#objectClasses].filter(
      (each) => each !== 'tagAnnotation',
    );
    const classes = this.#query.known(wanted).join(',');
    return [
      `/api/mo/uni.json?query-target=subtree&target-subtree-class=${classes}`,
      `/api/class/faultInst.json?query-target-filter=${encodeURIComponent(faultFilter)}`,
    ];
  }

  /**
   * Which fabric answers: its name and number, and the serial number of its first controller. Names alone are not enough, since
   * most fabrics are called the same; a controller that was exchanged is for a person to confirm.
   */
  async identity(signal?: AbortSignal): Promise<string> {
    const [first] = await this.#query.read(
      { of: { class: 'topSystem' }, filter: 'eq(topSystem.id,"1")', keep: identityAttributes },
      signal,
    );
    if (first === undefined)
      throw new ProblemError('fabric.incomplete', 'topSystem of controller 1 is not there');
    const { fabricDomain = '', fabricId = '', serial = '' } = first.attributes;
    return `${fabricDomain}/${fabricId}/${serial}`;
  }

  async fabric(containers: readonly string[], signal?: AbortSignal): Promise<FabricRead> {
    const [structure, objects, items, faults, ...children] = await Promise.all([
      this.#structure('uni', signal),
      this.#query.read({ of: { class: this.#codec.objectClass }, keep: this.#keep }, signal),
      this.#query.read({ of: { class: 'l3extSubnet' }, keep: this.#keep }, signal),
      this.faults(signal),
      ...containers.map((each) => this.#children(each, signal)),
    ]);
    // Every fabric has tenants, and every user sees at least common: none at all is a read that lies.
    if (!structure.some((mo) => mo.className === 'fvTenant'))
      throw new ProblemError('fabric.incomplete', 'the fabric shows no tenant at all');
    return { structure, faults, records: this.#records([...objects, ...items, ...children.flat()]) };
  }

  async tenant(tenant: string, signal?: AbortSignal): Promise<readonly Mo[]> {
    return this.#structure(tenantDn(tenant), signal);
  }

  async container(container: string, signal?: AbortSignal): Promise<ContainerRead> {
    const dn = containerDn(container);
    const classes = ['l3extOut', ...this.#objectClasses];
    const mos = await this.#query.read({ of: { subtree: dn }, classes, keep: this.#keep }, signal);
    return { present: mos.some((mo) => mo.dn === dn), records: this.#records(mos) };
  }

  async object(name: string, signal?: AbortSignal): Promise<ObjectRecord | undefined> {
    const dn = this.#codec.dnOf(name);
    if (dn === undefined) return undefined;
    const classes = this.#objectClasses;
    const mos = await this.#query.read({ of: { subtree: dn }, classes, keep: this.#keep }, signal);
    return recordOf(this.#codec, name, mos);
  }

  faults(signal?: AbortSignal): Promise<readonly Mo[]> {
    const keep = new Set(Object.values(faultClasses).flat());
    return this.#query.read({ of: { class: 'faultInst' }, filter: faultFilter, keep }, signal);
  }

  #structure(dn: string, signal?: AbortSignal): Promise<readonly Mo[]> {
    const classes = Object.keys(structureClasses);
    return this.#query.read({ of: { subtree: dn }, classes, keep: this.#keep }, signal);
  }

  #children(container: string, signal?: AbortSignal): Promise<readonly Mo[]> {
    const classes = this.#childClasses;
    return this.#query.read({ of: { subtree: containerDn(container) }, classes, keep: this.#keep }, signal);
  }

  /** Groups by external EPG. Something whose EPG was not read with it appeared meanwhile, and is notified. */
  #records(mos: readonly Mo[]): ReadonlyMap<string, ObjectRecord> {
    const groups = new Map<string, Mo[]>();
    for (const mo of mos) {
      const place = placeOf(mo.dn);
      if (place?.at !== 'object') continue;
      const group = groups.get(place.name);
      if (group === undefined) groups.set(place.name, [mo]);
      else group.push(mo);
    }
    const records = new Map<string, ObjectRecord>();
    for (const [name, group] of groups) {
      const record = recordOf(this.#codec, name, group);
      if (record !== undefined) records.set(name, record);
    }
    return records;
  }
}
