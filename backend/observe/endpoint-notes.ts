/** Writes into the memory what changed of learned endpoints, once per turn of the event loop, and nothing that it holds already. */
import type { LearnedEndpointRecord } from '../model/cluster-records.ts';
import type { IpAddress } from '../model/ip.ts';
import type { EndpointMemory, RememberedChange, RememberedEndpoint } from './ports.ts';

export interface EndpointNotesOptions {
  readonly memory: EndpointMemory;
  /** What the memory holds. */
  readonly remembered: readonly RememberedEndpoint[];
  readonly recordOf: (epg: string, address: IpAddress) => LearnedEndpointRecord | undefined;
}

export class EndpointNotes {
  readonly #options: EndpointNotesOptions;
  /** What the memory holds, as text, by EPG and address. */
  readonly #held = new Map<string, string>();
  #waiting = new Map<string, { readonly epg: string; readonly address: IpAddress }>();
  #isStopped = false;

  constructor(options: EndpointNotesOptions) {
    this.#options = options;
    for (const each of options.remembered) this.#held.set(keyOf(each.epg, each.address), textOf(each));
  }

  add(epg: string, address: IpAddress): void {
    if (this.#waiting.size === 0) setImmediate(() => this.write());
    this.#waiting.set(keyOf(epg, address), { epg, address });
  }

  write(): void {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    if (this.#isStopped) return;
    const changes: RememberedChange[] = [];
    for (const [key, { epg, address }] of waiting) {
      const endpoint = this.#endpointOf(epg, address);
      const text = endpoint === undefined ? undefined : textOf(endpoint);
      if (text === this.#held.get(key)) continue;
      if (text === undefined) this.#held.delete(key);
      else this.#held.set(key, text);
      changes.push({ epg, address, endpoint });
    }
    if (changes.length > 0) this.#options.memory.save(changes);
  }

  /** The memory may be closed from now on. */
  stop(): void {
    this.write();
    this.#isStopped = true;
  }

  #endpointOf(epg: string, address: IpAddress): RememberedEndpoint | undefined {
    const record = this.#options.recordOf(epg, address);
    if (record === undefined) return undefined;
    const { uid: id, mac, nodes, absentSince } = record;
    return { epg, address, id, mac, nodes, absentSince };
  }
}

function keyOf(epg: string, address: IpAddress): string {
  return `${epg}/${address}`;
}

function textOf({ id, mac, nodes, absentSince }: RememberedEndpoint): string {
  return JSON.stringify([id, mac, nodes, absentSince]);
}
