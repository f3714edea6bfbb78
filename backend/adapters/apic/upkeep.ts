/**
 * Keeps the mirror true: reads everything, one tenant's structure, an L3Out or an external EPG, and says which names changed. Reads
 * never throw out what they could not read: what fails leaves its names in doubt.
 */
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import { problemOfFailure } from './apic-error.ts';
import type { Codec } from './codec/codec.ts';
import type { Doubts } from './doubts.ts';
import type { Found, Mirror, Reading } from './mirror.ts';
import type { Reader } from './reader.ts';

export interface UpkeepOptions {
  readonly reader: Reader;
  readonly mirror: Mirror;
  readonly doubts: Doubts;
  readonly codec: Codec;
  /** Containers that the mappings use. */
  readonly wanted: () => Iterable<string>;
  /** Whether this fabric may be believed; called with what it says it is, before anything else is read. */
  readonly admit: (identity: string) => void;
  /** Names changed, could not be read before, or must be read again. */
  readonly onFound: (found: Found) => void;
  /** A read of everything found so many names changed that no notification had put in doubt. */
  readonly onMissed: (names: number) => void;
  /** A tenant's structure changed. */
  readonly onStructure: (tenants: readonly string[]) => void;
}

/** Up to this many objects of an L3Out are read one by one, more by reading the L3Out. */
const fewObjects = 3;

export class Upkeep {
  readonly #options: UpkeepOptions;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** L3Outs that are read with everything in them: those of mappings, and those where something of ours is left. */
  followed(): ReadonlySet<string> {
    const { mirror, codec, wanted } = this.#options;
    const followed = new Set(wanted());
    for (const name of mirror.owned()) followed.add(codec.containerOf(name));
    return followed;
  }

  async readAll(signal: AbortSignal): Promise<void> {
    const { reader, mirror, doubts, admit } = this.#options;
    await this.#reading(
      () => true,
      async (reading) => {
        admit(await reader.identity(signal));
        const containers = [...this.followed()];
        const { structure, faults, records } = await reader.fabric(containers, signal);
        const tenants = mirror.structure.replaceAll(structure);
        const faulty = mirror.faults.replace(faults);
        doubts.containersRead(containers);
        const found = mirror.finish(reading, records);
        this.#options.onMissed(found.changed.filter((name) => !doubts.has(name)).length);
        this.#tell({ ...found, changed: [...found.changed, ...faulty] });
        this.#options.onStructure(tenants);
      },
    );
    await this.readNewContainers(signal);
  }

  /** L3Outs that have come to be followed since they were read. */
  async readNewContainers(signal: AbortSignal): Promise<void> {
    for (const container of this.followed())
      if (!this.#options.doubts.isRead(container)) await this.readContainer(container, signal);
  }

  async readTenant(tenant: string, signal: AbortSignal): Promise<void> {
    const { reader, mirror } = this.#options;
    const structure = await reader.tenant(tenant, signal);
    if (mirror.structure.replace(tenant, structure)) this.#options.onStructure([tenant]);
  }

  async readFaults(signal: AbortSignal): Promise<void> {
    const { reader, mirror } = this.#options;
    this.#tell({ changed: mirror.faults.replace(await reader.faults(signal)), uncertain: [] });
  }

  /** An L3Out that is not there leaves its objects unknown, by the sentinel: it is no evidence that they were removed. */
  async readContainer(container: string, signal: AbortSignal): Promise<void> {
    const { reader, mirror, doubts, codec } = this.#options;
    await this.#reading(
      (name) => codec.containerOf(name) === container,
      async (reading) => {
        const { present, records } = await reader.container(container, signal);
        if (!present) await this.#confirmMissing(container, signal);
        doubts.containerRead(container);
        this.#tell(mirror.finish(reading, records));
      },
    );
  }

  async readObject(name: string, signal: AbortSignal): Promise<void> {
    const { reader, mirror, codec } = this.#options;
    await this.#reading(
      (each) => each === name,
      async (reading) => {
        const record = await reader.object(name, signal);
        // Its presence proves its L3Out's; its absence proves nothing before the sentinels were looked at.
        if (record === undefined) await this.readTenant(codec.containerOf(name).split('/')[0] ?? '', signal);
        this.#tell(mirror.finish(reading, new Map(record === undefined ? [] : [[name, record]])));
      },
    );
  }

  /** Reads what is in doubt among the names; failures are left as doubts. */
  async refresh(names: readonly string[], signal: AbortSignal): Promise<void> {
    const { doubts, codec } = this.#options;
    const groups = new Map<string, string[]>();
    for (const name of names) {
      const container = codec.containerOf(name);
      if (codec.dnOf(name) === undefined || (doubts.isRead(container) && !doubts.has(name))) continue;
      groups.set(container, [...(groups.get(container) ?? []), name]);
    }
    await Promise.all([...groups].map(([container, own]) => this.#refreshIn(container, own, signal)));
  }

  async #refreshIn(container: string, names: readonly string[], signal: AbortSignal): Promise<void> {
    const { doubts } = this.#options;
    try {
      if (!doubts.isRead(container) || names.length > fewObjects) await this.readContainer(container, signal);
      else await Promise.all(names.map((name) => this.readObject(name, signal)));
    } catch (thrown) {
      for (const name of names) doubts.unknown(name, unreadable(thrown));
    }
  }

  async #confirmMissing(container: string, signal: AbortSignal): Promise<void> {
    await this.readTenant(container.split('/')[0] ?? '', signal);
    if (this.#options.mirror.structure.sentinel(container) === undefined)
      throw new ProblemError(
        'fabric.incomplete',
        `L3Out ${container} is there, and its content was not given`,
      );
  }

  /** Doubts are settled by a read that began after them. */
  async #reading(
    covers: (name: string) => boolean,
    read: (reading: Reading) => Promise<void>,
  ): Promise<void> {
    const { mirror, doubts } = this.#options;
    const reading = mirror.begin(covers);
    try {
      await read(reading);
      const unsettled = (name: string): boolean => reading.noticed.has(name) || reading.written.has(name);
      this.#tell({ changed: doubts.read(covers, unsettled), uncertain: [] });
    } finally {
      mirror.abandon(reading);
    }
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
