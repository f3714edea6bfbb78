/**
 * Is it still the same cluster, and has it not gone back in time? Asked before and after every list, and before a watch
 * is opened again: a restored backup or another cluster behind the same address answers every read, wrongly.
 *
 * Identity is the UID of the namespace kube-system; time is the resourceVersion of the answer. On a mismatch everything
 * read so far is void: `epoch` changes, and what was begun in an earlier epoch must not be delivered.
 */
import type { Problem } from '../../model/problems.ts';
import { ProblemError, problemOf } from '../../model/problems.ts';
import { isOlder } from '../../model/resource-version.ts';
import type { ApiServer } from './api-server.ts';
import { incomplete } from './api-error.ts';
import { field, items, raw, text } from './raw.ts';

/** What is remembered of the cluster beyond this process. */
export interface ClusterMemory {
  /** The identity that a person, or first contact, confirmed. */
  expectedIdentity(): string | undefined;
  /** First contact: called while none is expected, with what was read. */
  onIdentity(identity: string): void;
  /** Lists below this are of the past. A person who confirms a rewound or rebuilt cluster lowers it, or forgets it. */
  lowestResourceVersion(): string | undefined;
  onResourceVersion(resourceVersion: string): void;
}

export interface GateListener {
  identified(identity: string): void;
  clusterProblem(problem: Problem | undefined): void;
  /** A mismatch began: what was read is void. */
  voided(): void;
  /** The confirmed cluster answers again, after it did not. */
  returned(): void;
}

export interface IdentityGate {
  readonly epoch: number;
  /** Throws unless the confirmed cluster answers, now. */
  check(signal: AbortSignal): Promise<void>;
  /** The version below which an answer asked for now would be of the past. */
  floor(): string;
  /** Throws when the version is below the floor that held when it was asked for; else remembers it. */
  admit(resourceVersion: string, floor: string): void;
}

interface NamespaceList {
  metadata: { resourceVersion: string };
  items: { metadata: { uid: string } }[];
}

// A list of one, because only lists carry the version of the whole store.
export const identityPath = '/api/v1/namespaces?fieldSelector=metadata.name%3Dkube-system&limit=1';

export function createIdentityGate(
  server: Pick<ApiServer, 'get'>,
  memory: ClusterMemory,
  listener: GateListener,
): IdentityGate {
  let epoch = 0;
  let mismatched = false;
  let isAway = false;
  let seen: string | undefined;
  let highest = '0';

  const refuse = (error: ProblemError): never => {
    if (!mismatched) {
      mismatched = true;
      epoch += 1;
      listener.clusterProblem(error.problem);
      listener.voided();
    }
    throw error;
  };
  const compareIdentity = (identity: string): void => {
    listener.identified(identity);
    const expected = memory.expectedIdentity() ?? seen;
    if (expected !== undefined && expected !== identity) refuse(anotherCluster(identity, expected));
    if (memory.expectedIdentity() === undefined) memory.onIdentity(identity);
    if (seen !== identity) highest = '0';
    seen = identity;
  };
  const floor = (): string => memory.lowestResourceVersion() ?? highest;
  const admit = (version: string, lowest: string): void => {
    if (isOlder(version, lowest)) refuse(rewound(version, lowest, seen));
    if (isOlder(highest, version)) highest = version;
    if (isOlder(memory.lowestResourceVersion() ?? '0', version)) memory.onResourceVersion(version);
  };

  return {
    get epoch() {
      return epoch;
    },
    floor,
    admit,
    check: async (signal) => {
      const lowest = floor();
      try {
        const { identity, version } = readIdentity(await server.get(identityPath, signal));
        compareIdentity(identity);
        admit(version, lowest);
        mismatched = false;
        if (isAway) listener.returned();
        isAway = false;
        listener.clusterProblem(undefined);
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        isAway = true;
        listener.clusterProblem(problemOf(thrown));
        throw thrown;
      }
    },
  };
}

function anotherCluster(identity: string, expected: string): ProblemError {
  return new ProblemError(
    'cluster.identity',
    `kube-system has the uid ${identity}, confirmed is ${expected}`,
  );
}

/** Names the identity too: that is what a person confirms. */
function rewound(version: string, lowest: string, identity = 'not known'): ProblemError {
  const detail = `resourceVersion ${version} after ${lowest} had been seen; its identity is ${identity}`;
  return new ProblemError('cluster.rewound', detail);
}

/** Of the answer to `identityPath`. */
export function readIdentity(answer: object): { identity: string; version: string } {
  const list = raw<NamespaceList>(answer);
  const [first] = items(field(list, 'items'));
  const identity = first === undefined ? undefined : text(field(field(first, 'metadata'), 'uid'));
  const version = text(field(field(list, 'metadata'), 'resourceVersion'));
  if (identity === undefined || version === undefined)
    throw incomplete('the namespace kube-system cannot be read: it carries the identity of the cluster');
  return { identity, version };
}
