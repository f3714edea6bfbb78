/** A source of learned endpoints with a feed that a test speaks for, a clock that a test moves, and a memory that outlives it. */
import assert from 'node:assert/strict';
import { manualClock, type ManualClock } from '../../model/clock.ts';
import type { ObjectPath, SourceName } from '../../model/identity.ts';
import type { IpAddress } from '../../model/ip.ts';
import type { SourceView } from '../../model/source-view.ts';
import { createEndpointSource } from '../endpoint-source.ts';
import type {
  EndpointFeed,
  EndpointListener,
  EndpointMemory,
  FollowedEpg,
  Probe,
  RememberedEndpoint,
  SeenEndpoint,
  Source,
  SwitchState,
  Unsettled,
} from '../ports.ts';

export const epg = 't/a/web';
export const minute = 60_000;
export const absentForMs = 10 * minute;
export const settleMs = 30 * minute;
const start = 1_000 * minute;

export interface EndpointScene {
  readonly source: Source & Probe;
  readonly feed: EndpointListener;
  readonly clock: ManualClock;
  /** What was told since the last call, `sighting path`. */
  told(): Promise<string[]>;
  /** Addresses of an EPG, those that are absent with a `-` before them. */
  members(of?: string): string[];
  freshness(scope?: string): string;
  /** What was asked to be read since the last call. */
  asked(): string[];
  /** What a complete read of the EPG shows whenever one is asked for. */
  shows(of: string, seen: readonly SeenEndpoint[]): void;
  /** What is asked to be read is not answered any more. */
  silent(): void;
  saved(): Map<string, RememberedEndpoint>;
  /** How many changes were saved in each turn. */
  readonly saves: number[];
  /** Lets time pass, minute by minute, answering what is asked meanwhile. */
  pass(ms: number): Promise<void>;
  stop(): void;
}

export interface SceneOptions {
  readonly follow?: readonly FollowedEpg[];
  readonly remembered?: readonly RememberedEndpoint[];
  readonly isThere?: 'present' | 'absent' | 'unknown';
}

interface Script {
  readonly shown: Map<string, readonly SeenEndpoint[]>;
  readonly asked: string[];
  listener: EndpointListener | undefined;
}

function scriptedFeed(script: Script, isThere: 'present' | 'absent' | 'unknown'): EndpointFeed {
  return {
    fabric: 'dc1' as SourceName,
    follow: (listener) => {
      script.listener = listener;
      return Promise.resolve();
    },
    reread: (epgs) => {
      script.asked.push(...epgs);
      for (const each of epgs) {
        const seen = script.shown.get(each);
        if (seen !== undefined) script.listener?.listed(each, seen, none);
      }
    },
    isThere: () => Promise.resolve(isThere),
  };
}

function keptMemory(kept: Map<string, RememberedEndpoint>, saves: number[]): EndpointMemory {
  return {
    load: () => [...kept.values()],
    save: (changes) => {
      saves.push(changes.length);
      for (const { epg: of, address, endpoint } of changes) {
        if (endpoint === undefined) kept.delete(`${of}/${address}`);
        else kept.set(`${of}/${address}`, endpoint);
      }
    },
  };
}

export function setUp(options: SceneOptions = {}): EndpointScene {
  const { follow = [{ epg, absentForMs }], remembered = [], isThere = 'present' } = options;
  const clock = manualClock(start);
  const ending = new AbortController();
  const kept = new Map(remembered.map((each) => [`${each.epg}/${each.address}`, each]));
  const saves: number[] = [];
  const script: Script = { shown: new Map(), asked: [], listener: undefined };
  const memory = keptMemory(kept, saves);
  const source = createEndpointSource({
    feed: scriptedFeed(script, isThere),
    follow,
    clock,
    settleMs,
    memory,
  });
  const notices: string[] = [];
  source.onNotices((batch) => notices.push(...batch.map(({ sighting, path }) => `${sighting} ${path}`)));
  source.start(ending.signal);
  assert.ok(script.listener !== undefined);
  return {
    source,
    feed: script.listener,
    clock,
    told: async () => {
      await turn();
      return notices.splice(0);
    },
    members: (of = epg) => membersOf(source.view, of),
    freshness: (scope) => source.view.freshness(['LearnedEndpoint'], scope),
    asked: () => script.asked.splice(0),
    shows: (of, seen) => void script.shown.set(of, seen),
    silent: () => script.shown.clear(),
    saved: () => kept,
    saves,
    pass: async (ms) => {
      await turn();
      for (let left = ms; left > 0; left -= minute) {
        await clock.advance(Math.min(left, minute));
        await turn();
      }
    },
    stop: () => ending.abort(new Error('the end')),
  };
}

function membersOf(view: SourceView, epgName: string): string[] {
  return [...view.all('LearnedEndpoint')]
    .filter(({ namespace }) => namespace === epgName)
    .map(({ name, absentSince }) => `${absentSince === undefined ? '' : '-'}${name}`)
    .sort();
}

export const turn = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));

export interface SeenOptions {
  readonly nodes?: readonly string[];
  readonly mac?: string;
  readonly learnedAt?: number;
}

/** `10.0.0.7` behind a MAC of its own, on switch 101. */
export function seen(address: string, options: SeenOptions = {}): SeenEndpoint {
  const {
    nodes = ['101'],
    mac = `00:00:00:00:00:${address.split('.').at(-1) ?? ''}`,
    learnedAt = 1,
  } = options;
  return { id: `${mac}/${address}`, address: address as IpAddress, mac, nodes, learnedAt };
}

export function several(count: number, options: SeenOptions = {}): SeenEndpoint[] {
  return Array.from({ length: count }, (_, index) => seen(`10.0.0.${index + 1}`, options));
}

export function pathOf(address: string, of = epg): ObjectPath {
  return `${of}/${address}` as ObjectPath;
}

/** In service for a day, unless said otherwise. */
export function switches(...states: readonly (string | SwitchState)[]): SwitchState[] {
  return states.map((state) =>
    typeof state === 'string' ? { node: state, inService: true, forMs: 24 * 60 * minute } : state,
  );
}

export const none: Unsettled = new Map();

export function unsettled(...endpoints: readonly SeenEndpoint[]): Unsettled {
  return new Map(endpoints.map(({ id, address }) => [id, address]));
}
