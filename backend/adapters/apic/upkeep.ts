/**
 * Keeps the mirror true: reads everything, one tenant's structure, a container or an object, and says which objects changed. Reads
 * never throw out what they could not read: what fails leaves its objects in doubt. A full read takes long: what was read anew meanwhile
 * is newer, and stays.
 */
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import { problemOfFailure } from './apic-error.ts';
import { tenantOf, type Dn } from './dn.ts';
import type { Doubts } from './doubts.ts';
import type { FoundFaults } from './faults.ts';
import type { Doubt, Found, Mirror, Reading } from './mirror.ts';
import { codecsIn, containerOf, objectAt } from './place.ts';
import type { Reader } from './reader.ts';
import type { FoundTenants } from './structure.ts';

export interface UpkeepOptions {
  readonly reader: Pick<Reader, 'fabric' | 'tenant' | 'faults' | 'container' | 'object'>;
  readonly mirror: Mirror;
  readonly doubts: Doubts;
  /** Containers that the mappings use. */
  readonly wanted: () => Iterable<Dn>;
  /** Throws unless the confirmed fabric answers; called before everything is read. What is read after it passes the gate of the session. */
  readonly confirm: () => Promise<void>;
  /** Objects changed, could not be read before, or must be read again. */
  readonly onFound: (found: Found) => void;
  /** A read of everything found so many objects changed that no notification had put in doubt. */
  readonly onMissed: (objects: number) => void;
  /** A tenant's structure changed. */
  readonly onStructure: (tenants: readonly string[]) => void;
  /** Something happened to what stands around objects while it was read: it must be read again. */
  readonly onUncertain: (doubt: Doubt) => void;
}

/** Up to this many objects of a container are read one by one, more by reading the container. */
const fewObjects = 3;

export class Upkeep {
  readonly #options: UpkeepOptions;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Containers that are read with everything in them: those of mappings, and those where something of ours is left. */
  followed(): ReadonlySet<Dn> {
    const { mirror, wanted } = this.#options;
    const followed = new Set(wanted());
    for (const dn of mirror.owned()) followed.add(containerOf(dn));
    return followed;
  }

  async readAll(signal: AbortSignal): Promise<void> {
    const { reader, mirror, doubts, confirm } = this.#options;
    await this.#reading(
      () => true,
      async (reading) => {
        await confirm();
        const containers = [...this.followed()];
        const [ofStructure, ofFaults] = [mirror.structure.begin(), mirror.faults.begin()];
        const { structure, faults, records } = await reader.fabric(containers, signal);
        const tenants = this.#certain(mirror.structure.replaceAll(structure, ofStructure));
        const faulty = this.#certainFaults(mirror.faults.replace(faults, ofFaults));
        doubts.containersRead(containers);
        const found = mirror.finish(reading, records);
        this.#options.onMissed(found.changed.filter((dn) => !doubts.has(dn)).length);
        this.#tell({ ...found, changed: [...found.changed, ...faulty] });
        this.#options.onStructure(tenants);
      },
    );
    await this.readNewContainers(signal);
  }

  /** Containers that have come to be followed since they were read. */
  async readNewContainers(signal: AbortSignal): Promise<void> {
    for (const container of this.followed())
      if (!this.#options.doubts.isRead(container)) await this.readContainer(container, signal);
  }

  async readTenant(tenant: string, signal: AbortSignal): Promise<void> {
    const { reader, mirror } = this.#options;
    const read = mirror.structure.begin();
    const structure = await reader.tenant(tenant, signal);
    const changed = this.#certain(mirror.structure.replace(tenant, structure, read));
    if (changed.length > 0) this.#options.onStructure(changed);
  }

  async readFaults(signal: AbortSignal): Promise<void> {
    const { reader, mirror } = this.#options;
    const read = mirror.faults.begin();
    const faults = await reader.faults(signal);
    this.#tell({ changed: this.#certainFaults(mirror.faults.replace(faults, read)), uncertain: [] });
  }

  /** A container that is not there leaves its objects unknown, by the sentinel: it is no evidence that they were removed. */
  async readContainer(container: Dn, signal: AbortSignal): Promise<void> {
    const { reader, mirror, doubts } = this.#options;
    await this.#reading(
      (dn) => containerOf(dn) === container,
      async (reading) => {
        const { present, records } = await reader.container(container, signal);
        if (!present) await this.#confirmMissing(container, signal);
        doubts.containerRead(container);
        this.#tell(mirror.finish(reading, records));
      },
    );
  }

  async readObject(dn: Dn, signal: AbortSignal): Promise<void> {
    const { reader, mirror } = this.#options;
    await this.#reading(
      (each) => each === dn,
      async (reading) => {
        const record = await reader.object(dn, signal);
        // Its presence proves its container's; its absence proves nothing before the sentinels were looked at.
        if (record === undefined) await this.readTenant(tenantOf(dn), signal);
        this.#tell(mirror.finish(reading, new Map(record === undefined ? [] : [[dn, record]])));
      },
    );
  }

  /** Reads what is in doubt among the objects, with the companions beside them; failures are left as doubts. */
  async refresh(dns: readonly Dn[], signal: AbortSignal): Promise<void> {
    const { doubts } = this.#options;
    const containers = new Set(dns.map(containerOf));
    const companions = doubts.all().filter((dn) => objectAt(dn).codec.companion !== undefined);
    const beside = companions.filter((dn) => containers.has(containerOf(dn)));
    const doubtful = [...new Set([...dns, ...beside])].filter(
      (dn) => !doubts.isRead(containerOf(dn)) || doubts.has(dn),
    );
    const groups = Map.groupBy(doubtful, containerOf);
    await Promise.all([...groups].map(([container, own]) => this.#refreshIn(container, own, signal)));
  }

  async #refreshIn(container: Dn, dns: readonly Dn[], signal: AbortSignal): Promise<void> {
    const { doubts } = this.#options;
    try {
      if (!doubts.isRead(container) || dns.length > fewObjects) await this.readContainer(container, signal);
      else await Promise.all(dns.map((dn) => this.readObject(dn, signal)));
    } catch (thrown) {
      for (const dn of dns) doubts.unknown(dn, unreadable(thrown));
    }
  }

  async #confirmMissing(container: Dn, signal: AbortSignal): Promise<void> {
    await this.readTenant(tenantOf(container), signal);
    const { structure } = this.#options.mirror;
    if (codecsIn(container)[0]?.sentinel(structure, container) === undefined)
      throw new ProblemError('fabric.incomplete', `${container} is there, and its content was not given`);
  }

  /** Doubts are settled by a read that began after them. */
  async #reading(covers: (dn: Dn) => boolean, read: (reading: Reading) => Promise<void>): Promise<void> {
    const { mirror, doubts } = this.#options;
    const reading = mirror.begin(covers);
    try {
      await read(reading);
      const unsettled = (dn: Dn): boolean => reading.noticed.has(dn) || reading.written.has(dn);
      this.#tell({ changed: doubts.read(covers, unsettled), uncertain: [] });
    } finally {
      mirror.abandon(reading);
    }
  }

  /** What changed; what is uncertain is read again. */
  #certain({ changed, uncertain }: FoundTenants): readonly string[] {
    for (const tenant of uncertain) this.#options.onUncertain({ in: 'tenant', tenant });
    return changed;
  }

  #certainFaults({ changed, isUncertain }: FoundFaults): readonly Dn[] {
    if (isUncertain) this.#options.onUncertain({ in: 'faults' });
    return changed;
  }

  #tell(found: Found): void {
    if (found.changed.length > 0 || found.uncertain.length > 0) this.#options.onFound(found);
  }
}

/** A clear no to a read is still no knowledge. */
function unreadable(thrown: unknown): Problem {
  const said = problemOfFailure(thrown);
  return said.code === 'fabric.refused' ? problem('fabric.incomplete', said.detail) : said;
}
