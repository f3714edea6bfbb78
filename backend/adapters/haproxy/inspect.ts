/**
 * What a HAProxy says of itself and of our socket, asked once over a connection of its own.
 *
 * In: the socket. Out: facts. Nothing is changed.
 */
import { ProblemError, problemOf } from '../../model/problems.ts';
import type { Found, HaproxyFacts } from '../../preflight/ports.ts';
import { newCounters } from './counters.ts';
import type { RuntimeAddress } from './options.ts';
import { RuntimeApi } from './runtime-api.ts';
import { parseProcess, type ProcessFacts } from './tables.ts';

export interface HaproxyQuestion {
  readonly socket: RuntimeAddress;
  readonly signal: AbortSignal;
  /** For all of it. Default 10 s. */
  readonly timeoutMs?: number;
}

export async function inspectHaproxy({
  socket,
  signal,
  timeoutMs = 10_000,
}: HaproxyQuestion): Promise<HaproxyFacts> {
  const api = new RuntimeApi({ address: socket, timeoutMs, counters: newCounters() });
  const stop = (): void => api.close();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  signal.throwIfAborted();
  limit.addEventListener('abort', stop, { once: true });
  try {
    const reach = await found(() => api.open().then(() => 'open' as const));
    if ('problem' in reach) return { reach, level: reach, version: reach, identity: reach };
    const process = await found(() => readProcess(api));
    return {
      reach,
      level: { fact: api.level ?? '' },
      version: 'fact' in process ? { fact: process.fact.version } : process,
      identity: 'fact' in process ? { fact: process.fact.node } : process,
    };
  } finally {
    limit.removeEventListener('abort', stop);
    api.close();
    signal.throwIfAborted();
  }
}

async function readProcess(api: RuntimeApi): Promise<ProcessFacts> {
  const [said = ''] = await api.read('show info');
  const facts = parseProcess(said);
  if (facts.isStopping)
    throw new ProblemError('loadBalancer.unreachable', `process ${facts.pid} is stopping`);
  return facts;
}

async function found<Fact>(work: () => Promise<Fact>): Promise<Found<Fact>> {
  try {
    return { fact: await work() };
  } catch (thrown) {
    return { problem: problemOf(thrown) };
  }
}
