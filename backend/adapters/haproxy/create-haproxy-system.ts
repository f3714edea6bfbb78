/**
 * One HAProxy as a System: makes the parts and joins them.
 *
 *     runtime api ── keeper ── upkeep ──► mirror ◄── writer
 *                      │                    │
 *                    status ─── doubts ──► view ──► rounds
 *
 * The pools are backends of its configuration, the members servers added at runtime, whose names are our marks. The keeper asks whether it
 * is still the same process; the upkeep reads; the writer alone changes anything, one command line at a time.
 * It knows nothing of mappings but whether one of them limits connections.
 */
import type { System } from '../../apply/ports.ts';
import { canonicalise } from './canonical.ts';
import { newCounters, type Counters } from './counters.ts';
import { Doubts } from './doubts.ts';
import { Drift } from '../system/drift.ts';
import { Keeper } from './keeper.ts';
import { Mirror } from './mirror.ts';
import type { HaproxyOptions } from './options.ts';
import { RuntimeApi } from './runtime-api.ts';
import { poolKeyText, unread } from '../system/pools-only.ts';
import { Status } from '../system/status.ts';
import { Upkeep } from './upkeep.ts';
import { HaproxyView } from './view.ts';
import { Writer } from './writer.ts';

export interface HaproxySystem extends System {
  readonly counters: Readonly<Counters>;
  /** What the socket lets us do (user, operator, admin): writing takes admin. undefined before it first answered. */
  readonly level: string | undefined;
}

const defaults = { probeMs: 1_000, resyncMs: 30_000, requestTimeoutMs: 5_000 };
/** The buffer that a line of commands must fit in. */
const batchBytes = 16_384;
const changeBytes = 512;

function assemble(options: HaproxyOptions, counters: Counters, readsLimits: () => boolean) {
  const timeoutMs = options.requestTimeoutMs ?? defaults.requestTimeoutMs;
  const api = new RuntimeApi({ address: options.socket, timeoutMs, counters });
  const mirror = new Mirror(options.name);
  const doubts = new Doubts();
  const status = new Status(unread());
  const drift = new Drift(poolKeyText(options.name));
  const isTrue = (): boolean => keeper.isTrue;
  const { clock, check, instance, mayWrite } = options;
  const onChanged = (names: readonly string[]): void => drift.of(names, clock.now());
  const upkeep = new Upkeep({ api, mirror, doubts, readsLimits, isTrue, onChanged });
  const writer = new Writer({ api, mirror, doubts, counters, clock, check, instance, isTrue, mayWrite });
  const keeper: Keeper = new Keeper({
    ...options,
    probeMs: options.probeMs ?? defaults.probeMs,
    resyncMs: options.resyncMs ?? defaults.resyncMs,
    api,
    upkeep,
    status,
    drift,
    counters,
    onRead: async () => {
      if (options.mayWrite?.() === true) await writer.clearSurplus();
    },
  });
  return { api, mirror, doubts, status, drift, upkeep, writer, keeper };
}

export function createHaproxySystem(options: HaproxyOptions): HaproxySystem {
  const counters = newCounters();
  let readsLimits = false;
  const parts = assemble(options, counters, () => readsLimits);
  const { api, status, drift, upkeep, writer, keeper } = parts;
  const stopped = Promise.withResolvers<undefined>();

  return {
    name: options.name,
    batchObjects: 1,
    batchBytes,
    view: new HaproxyView(parts),
    counters,
    get level() {
      return api.level;
    },
    start(signal) {
      void keeper.run(signal).then(() => stopped.resolve(undefined));
      signal.addEventListener('abort', () => api.close(), { once: true });
    },
    settled: (signal) => status.settled(signal),
    stopped: () => stopped.promise,
    watchFor(targets) {
      readsLimits = targets.some(
        (target) =>
          target.kind === 'pool' && target.system === options.name && target.connectionLimit !== undefined,
      );
    },
    refresh: (keys) => upkeep.refresh(keys.map(({ name }) => name)),
    canonicalise,
    cost: () => ({ objects: 1, bytes: changeBytes }),
    write: (batch, signal) => writer.write(batch, signal),
    onDrift: (listener) => drift.onDrift(listener),
    onFreshness: (listener) => status.onChange(listener),
  };
}
