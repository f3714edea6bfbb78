/**
 * Which queries make which part of the mirror true, and their decoding. In: a query layer. Out: records. Decides nothing.
 *
 *     part         queries
 *     fabric       topSystem of controller 1; structure; what each kind reads everywhere; faults; the rest of each followed container
 *     tenant       structure of one tenant
 *     container    one L3Out or service container with everything in it
 *     object       one object with everything in it
 */
import { ProblemError } from '../../model/problems.ts';
import type { Codec } from './codec/codec.ts';
import { codecs } from './codec/registry.ts';
import { tenantDn, type Dn } from './dn.ts';
import { faultClasses, faultFilter } from './faults.ts';
import type { Mo } from './mo.ts';
import { codecsIn, containerClassOf, objectAt, placeOf } from './place.ts';
import type { Query } from './query.ts';
import { ObjectRecord } from './record.ts';
import { structureClasses } from './structure.ts';

export interface FabricRead {
  readonly structure: readonly Mo[];
  readonly faults: readonly Mo[];
  readonly records: ReadonlyMap<Dn, ObjectRecord>;
}

export interface ContainerRead {
  /** The container itself was there. */
  readonly present: boolean;
  readonly records: ReadonlyMap<Dn, ObjectRecord>;
}

export interface FabricIdentity {
  readonly identity: string;
  /** Of its first controller; undefined when it does not say. */
  readonly release: string | undefined;
}

const identityAttributes = new Set(['id', 'fabricDomain', 'fabricId', 'serial', 'version']);
const classes = codecs.map((codec) => codec.classes);
const followed = [
  ...Object.values(structureClasses).flat(),
  ...classes.flatMap((each) => Object.values(each)).flatMap((defaults) => Object.keys(defaults)),
];
const keep: ReadonlySet<string> = new Set(['annotation', ...followed]);

function classesOf(of: readonly Codec[]): readonly string[] {
  return [...new Set(of.flatMap((codec) => Object.keys(codec.classes)))];
}

export class Reader {
  readonly #query: Query;

  constructor(query: Query) {
    this.#query = query;
  }

  /** What is of use in a notification. */
  get noticed(): ReadonlySet<string> {
    return new Set(['status', ...keep, ...Object.values(faultClasses).flat()]);
  }

  /** Paths to subscribe to: policy under `uni`, and faults. Descriptions for people are not followed. */
  subscriptions(): readonly string[] {
    const wanted = [...Object.keys(structureClasses), ...classesOf(codecs)].filter(
      (each) => each !== 'tagAnnotation',
    );
    const known = this.#query.known(wanted).join(',');
    return [
      `/api/mo/uni.json?query-target=subtree&target-subtree-class=${known}`,
      `/api/class/faultInst.json?query-target-filter=${encodeURIComponent(faultFilter)}`,
    ];
  }

  /**
   * Which fabric answers: its name and number, and the serial number of its first controller. Names alone are not enough, since
   * most fabrics are called the same; a controller that was exchanged is for a person to confirm.
   */
  async identity(signal?: AbortSignal): Promise<FabricIdentity> {
    const [first] = await this.#query.read(
      { of: { class: 'topSystem' }, filter: 'eq(topSystem.id,"1")', keep: identityAttributes },
      signal,
    );
    if (first === undefined)
      throw new ProblemError('fabric.incomplete', 'topSystem of controller 1 is not there');
    const { fabricDomain = '', fabricId = '', serial = '', version } = first.attributes;
    return { identity: `${fabricDomain}/${fabricId}/${serial}`, release: version };
  }

  async fabric(containers: readonly Dn[], signal?: AbortSignal): Promise<FabricRead> {
    const everywhere = codecs.flatMap((codec) => codec.everywhere);
    const [structure, faults, ...parts] = await Promise.all([
      this.#structure('uni', signal),
      this.faults(signal),
      ...everywhere.map((question) => this.#query.read({ ...question, keep }, signal)),
      ...containers.map((each) => this.#onlyFollowed(each, signal)),
    ]);
    // Every fabric has tenants, and every user sees at least common: none at all is a read that lies.
    if (!structure.some((mo) => mo.className === 'fvTenant'))
      throw new ProblemError('fabric.incomplete', 'the fabric shows no tenant at all');
    return { structure, faults, records: recordsOf(parts.flat()) };
  }

  async tenant(tenant: string, signal?: AbortSignal): Promise<readonly Mo[]> {
    return this.#structure(tenantDn(tenant), signal);
  }

  async container(dn: Dn, signal?: AbortSignal): Promise<ContainerRead> {
    const wanted = [containerClassOf(dn), ...classesOf(codecsIn(dn))];
    const mos = await this.#query.read({ of: { subtree: dn }, classes: wanted, keep }, signal);
    return { present: mos.some((mo) => mo.dn === dn), records: recordsOf(mos) };
  }

  async object(dn: Dn, signal?: AbortSignal): Promise<ObjectRecord | undefined> {
    const { codec } = objectAt(dn);
    const mos = await this.#query.read({ of: { subtree: dn }, classes: classesOf([codec]), keep }, signal);
    return ObjectRecord.of(codec, dn, mos);
  }

  faults(signal?: AbortSignal): Promise<readonly Mo[]> {
    const said = new Set(Object.values(faultClasses).flat());
    return this.#query.read({ of: { class: 'faultInst' }, filter: faultFilter, keep: said }, signal);
  }

  #structure(dn: string, signal?: AbortSignal): Promise<readonly Mo[]> {
    return this.#query.read({ of: { subtree: dn }, classes: Object.keys(structureClasses), keep }, signal);
  }

  #onlyFollowed(container: Dn, signal?: AbortSignal): Promise<readonly Mo[]> {
    const wanted = [...new Set(codecsIn(container).flatMap((codec) => codec.onlyFollowed))];
    return this.#query.read({ of: { subtree: container }, classes: wanted, keep }, signal);
  }
}

/** By object. Something whose object was not read with it appeared meanwhile, and is notified. */
function recordsOf(mos: readonly Mo[]): ReadonlyMap<Dn, ObjectRecord> {
  const groups = new Map<Dn, Mo[]>();
  for (const mo of mos) {
    const place = placeOf(mo.dn);
    if (place?.at !== 'object') continue;
    const group = groups.get(place.dn);
    if (group === undefined) groups.set(place.dn, [mo]);
    else group.push(mo);
  }
  const records = new Map<Dn, ObjectRecord>();
  for (const [dn, group] of groups) {
    const record = ObjectRecord.of(objectAt(dn).codec, dn, group);
    if (record !== undefined) records.set(dn, record);
  }
  return records;
}
