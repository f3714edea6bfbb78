/**
 * History with a million changes: how fast they are written, how long searches take among them, and how long the thread that
 * everything else runs in is kept from its work meanwhile.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { historyQuerySchema } from '../backend/api/contract/history.ts';
import { systemClock } from '../backend/model/clock.ts';
import type { KeyText, MappingName } from '../backend/model/identity.ts';
import { openHistory, type History } from '../backend/store/history/history.ts';
import { act, add, refused, remove, report, sent } from '../backend/store/history/testing/happenings.ts';
import { quantile } from './world.ts';

const rounds = 2000;
const changesEach = 500;
const keys = 1000;
const repeats = 20;

export async function history(): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'aci-kube-sync-bench-'));
  const path = join(folder, 'history.db');
  const opened = openHistory({
    path,
    clock: systemClock(),
    bounds: { keepForMs: 1e15, bytes: 1e12 },
    waiting: rounds * (changesEach + 2),
  });
  try {
    const written = await write(opened);
    const bytes = statSync(path).size;
    return {
      load: { changes: rounds * changesEach, rounds, keys, acts: rounds },
      ...written,
      fileMb: Math.round(bytes / 1e6),
      bytesPerChange: Math.round(bytes / (rounds * changesEach)),
      searchMs: await searches(opened),
      writeWhileSearchingMs: await writesBesideSearch(opened),
    };
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const addressOf = (n: number): string => `10.${128 + ((n >> 16) & 127)}.${(n >> 8) & 255}.${n & 255}`;

function changesOf(round: number) {
  return Array.from({ length: changesEach }, (_, index) => {
    const n = (round * changesEach + index) % 100_000;
    const which = {
      key: `dc1|externalEpg|k8s/calico/app-${n % keys}` as KeyText,
      mapping: `mapping-${n % 20}` as MappingName,
      pod: `load/app-${n % keys}-${round}`,
    };
    // Every address comes and goes in turn.
    const isThere = Math.floor((round * changesEach) / 100_000) % 2 === 1;
    return isThere ? remove(addressOf(n), which) : add(addressOf(n), which);
  });
}

async function write(opened: History): Promise<Record<string, unknown>> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const calls: number[] = [];
  let writing = 0;
  for (let round = 0; round < rounds; round += 1) {
    const changes = changesOf(round);
    const outcomes = [
      ...sent(changes.slice(1)),
      ...sent(changes.slice(0, 1), round % 10 === 0 ? refused : undefined),
    ];
    const made = report(round * 1000, outcomes, round);
    delay.enable();
    const begun = performance.now();
    opened.run(made);
    opened.act(act(round * 1000, 'approve', `person ${round % 50}`));
    calls.push(performance.now() - begun);
    await opened.flushed();
    writing += performance.now() - begun;
    delay.disable();
  }
  return {
    rowsPerSecond: Math.round((rounds * (changesEach + 2)) / (writing / 1000)),
    takeDownMs: { p50: quantile(calls, 0.5), p99: quantile(calls, 0.99), max: quantile(calls, 1) },
    mainThreadLagMs: {
      p50: delay.percentile(50) / 1e6,
      p99: delay.percentile(99) / 1e6,
      max: delay.max / 1e6,
    },
  };
}

const filters: Readonly<Record<string, Record<string, unknown>>> = {
  none: {},
  address: { address: addressOf(77_777) },
  key: { key: 'dc1|externalEpg|k8s/calico/app-7' },
  mapping: { mapping: 'mapping-7' },
  system: { system: 'dc1' },
  person: { person: 'person 7' },
  acts: { kind: 'act' },
  runs: { kind: 'run' },
  refused: { result: 'refused' },
  unknown: { result: 'unknown' },
  span: { from: 500_000, to: 510_000 },
  textOften: { search: 'app-7' },
  textOnce: { search: 'load/app-0-1234' },
  textNever: { search: 'there is no such text' },
  limit500: { limit: 500 },
};

async function searches(opened: History): Promise<Record<string, unknown>> {
  const result: Record<string, unknown> = {};
  const time = async (ask: () => Promise<unknown>, count: number): Promise<object> => {
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const begun = performance.now();
      await ask();
      times.push(performance.now() - begun);
    }
    return { p50: quantile(times, 0.5), max: quantile(times, 1) };
  };
  for (const [name, filter] of Object.entries(filters)) {
    const query = historyQuerySchema.parse(filter);
    result[name] = await time(() => opened.search(query), name.startsWith('text') ? 3 : repeats);
  }
  result['holdersAt'] = await time(() => opened.holders(addressOf(77_777), 900_000), repeats);
  return result;
}

/** How long a write takes while somebody searches for what is nowhere. */
async function writesBesideSearch(opened: History): Promise<Record<string, unknown>> {
  const ended = new AbortController();
  const searching = opened
    .search(historyQuerySchema.parse({ search: 'nowhere at all' }))
    .finally(() => ended.abort());
  const times: number[] = [];
  while (!ended.signal.aborted) {
    const begun = performance.now();
    opened.act(act(rounds * 1000));
    await opened.flushed();
    times.push(performance.now() - begun);
  }
  await searching;
  return { writes: times.length, p50: quantile(times, 0.5), max: quantile(times, 1) };
}
