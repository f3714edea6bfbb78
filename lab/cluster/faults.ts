/** The ways in which a cluster can misbehave on request. All are off until asked for. */
import { z } from 'zod';

const where = z.enum(['everything', 'lists', 'watches', 'writes']);
const part = z.number().min(0).max(1);

export const faultsSchema = z.strictObject({
  /** Answer with this status (500, 503, 429, …) … */
  errorCode: z.number().int().min(400).max(599).nullable(),
  /** … on these requests. */
  errorOn: where,
  /** Take the request and never send a byte; open watches go quiet for good. */
  silentLists: z.boolean(),
  silentWatches: z.boolean(),
  /** End each watch as soon as it has begun. */
  endWatches: z.boolean(),
  /** Break the connection instead of answering; open watches break too when `watches` or `everything`. */
  reset: where.nullable(),
  /** Send the first part of a list's text only: 'clean' ends the reply properly, 'reset' breaks the connection. */
  cutLists: z.enum(['clean', 'reset']).nullable(),
  /** Claim to be complete with only this share of the items. */
  shortLists: part.nullable(),
  /** Claim to be complete with no items at all. */
  emptyLists: z.boolean(),
  /** Be another cluster: another identity, none of the workloads. */
  otherCluster: z.boolean(),
  /** Show all resourceVersions lower by this much. */
  revisionsBack: z.number().int().min(0),
  /** Refuse watches that start from a resourceVersion: as an HTTP status, or as an ERROR frame. */
  goneWatches: z.enum(['status', 'frame']).nullable(),
  /** Know no token any more. */
  expiredTokens: z.boolean(),
  /** Refuse everybody these resources. */
  deniedResources: z.array(z.string()),
  /** Wait this long before each reply. */
  delayMs: z.number().min(0),
  /** Send each watch event twice. */
  duplicateEvents: z.boolean(),
  /** Let watch events of different objects overtake each other. */
  reorderEvents: z.boolean(),
  /** Lose this share of watch events, each chosen by chance. */
  loseEvents: part,
  /** Faults of lists and watches touch only these resources; empty: all. */
  onlyResources: z.array(z.string()),
});

export type ClusterFaults = z.infer<typeof faultsSchema>;

export const noFaults: ClusterFaults = {
  errorCode: null,
  errorOn: 'everything',
  silentLists: false,
  silentWatches: false,
  endWatches: false,
  reset: null,
  cutLists: null,
  shortLists: null,
  emptyLists: false,
  otherCluster: false,
  revisionsBack: 0,
  goneWatches: null,
  expiredTokens: false,
  deniedResources: [],
  delayMs: 0,
  duplicateEvents: false,
  reorderEvents: false,
  loseEvents: 0,
  onlyResources: [],
};

export type RequestClass = 'lists' | 'watches' | 'writes' | 'others';

export interface Faults {
  readonly current: ClusterFaults;
  set(fault: Partial<ClusterFaults>): void;
  clear(): void;
  /** Whether a fault aimed at `target` strikes a request of this class on this resource. */
  strikes(target: ClusterFaults['errorOn'], request: RequestClass, resource: string): boolean;
  touches(resource: string): boolean;
  onChange(listener: (now: ClusterFaults, before: ClusterFaults) => void): void;
}

class FaultSwitch implements Faults {
  current = noFaults;
  readonly #listeners: ((now: ClusterFaults, before: ClusterFaults) => void)[] = [];

  set(fault: Partial<ClusterFaults>): void {
    this.#change({ ...this.current, ...fault });
  }

  clear(): void {
    this.#change(noFaults);
  }

  strikes(target: ClusterFaults['errorOn'], request: RequestClass, resource: string): boolean {
    return (target === 'everything' || target === request) && this.touches(resource);
  }

  touches(resource: string): boolean {
    const { onlyResources } = this.current;
    return onlyResources.length === 0 || onlyResources.includes(resource);
  }

  onChange(listener: (now: ClusterFaults, before: ClusterFaults) => void): void {
    this.#listeners.push(listener);
  }

  #change(next: ClusterFaults): void {
    const before = this.current;
    this.current = next;
    for (const listener of this.#listeners) listener(next, before);
  }
}

export function createFaults(): Faults {
  return new FaultSwitch();
}
