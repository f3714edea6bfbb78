/**
 * Asks an API thousands of malformed requests, over all routes and roles, plainly and in envelopes, and judges each answer: no
 * fault of ours, no problem that is not declared, nothing of the inside, no secret, no change that was not told as done.
 *
 * Takes the address of any API of ours; it is described by its own OpenAPI document.
 */
import assert from 'node:assert/strict';
import { attack } from './attack.ts';
import type { Attack } from './attack.ts';
import { describedApi } from './described.ts';
import type { DescribedApi, Operation } from './described.ts';
import { secretMark } from './hostile.ts';
import { random } from './random.ts';
import type { Random } from './random.ts';
import { openWire } from './wire.ts';
import type { Answered, Wire } from './wire.ts';

export interface FuzzTarget {
  /** `http://127.0.0.1:8080`, without a path. */
  readonly base: string;
  /** Headers by which each kind of caller is known, `{}` for nobody; the last one is an admin's. */
  readonly callers: readonly Readonly<Record<string, string>>[];
  /** Differs whenever the configuration does. */
  readonly digest: () => string | Promise<string>;
}

export interface FuzzReport {
  /** How often each was answered. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly codes: ReadonlyMap<string, number>;
  /** Operations that were answered by what they are for, and those that were not. */
  readonly reached: ReadonlySet<string>;
  readonly missed: readonly string[];
}

const insides = [
  /\bat [^\n"]{1,200}\.[cm]?[jt]s:\d+/,
  /node_modules|\/backend\/|\/app\/|node:internal/,
  /\b(Type|Range|Reference|Syntax|Zod|Problem)Error\b/,
  /ENOENT|EACCES|ECONN|SQLITE_/,
];

export async function fuzz(
  target: FuzzTarget,
  { seed, count }: { readonly seed: number; readonly count: number },
): Promise<FuzzReport> {
  const wire = openWire(target.base);
  try {
    const described = await wire.ask({
      method: 'GET',
      path: '/api/v1/openapi.json',
      headers: {},
      body: undefined,
    });
    return await attackAll(
      { ...target, wire, api: describedApi(JSON.parse(described.text)), random: random(seed) },
      seed,
      count,
    );
  } finally {
    wire.close();
  }
}

interface Campaign extends FuzzTarget {
  readonly wire: Wire;
  readonly api: DescribedApi;
  readonly random: Random;
}

async function attackAll(campaign: Campaign, seed: number, count: number): Promise<FuzzReport> {
  const { api, random: chance, wire, callers, digest } = campaign;
  const tags = new Map<string, string>();
  const document = await exported(campaign);
  let revisions: readonly string[] = ['1'];
  const statuses = new Map<number, number>();
  const codes = new Map<string, number>();
  const reached = new Set<string>();
  const missed = (): Operation[] => api.operations.filter(({ id }) => !reached.has(id));
  for (let step = 0; step < count; step += 1) {
    // What chance left out is asked for on purpose towards the end.
    const sought = step > count / 2 && step % 2 === 0 ? missed() : [];
    const operations = sought.length > 0 ? sought : api.operations;
    const plan = attack({ api, operations, random: chance, tags, document, revisions });
    const asked = { ...plan, headers: { ...chance.pick(callers), ...plan.headers } };
    const before = await digest();
    const answered = await (chance.chance(0.3) ? wire.askEnveloped(asked) : wire.ask(asked));
    try {
      const code = judge(asked, answered);
      if (answered.status >= 300) assert.equal(await digest(), before, 'the configuration changed');
      count1(statuses, answered.status);
      if (code !== undefined) count1(codes, code);
      else if (asked.method === asked.operation.method) reached.add(asked.operation.id);
    } catch (cause) {
      throw new Error(
        `seed ${seed}, step ${step}: ${tell(asked)}\n→ ${answered.status} ${answered.text.slice(0, 600)}`,
        { cause },
      );
    }
    revisions = revisionsIn(asked, answered) ?? revisions;
    if (answered.tag !== undefined) tags.set(asked.path, answered.tag);
  }
  return { statuses, codes, reached, missed: missed().map(({ id }) => id) };
}

/** By whoever may: the last of the callers. */
async function exported({ wire, callers }: Campaign): Promise<string> {
  const headers = callers.at(-1) ?? {};
  const { text } = await wire.ask({
    method: 'GET',
    path: '/api/v1/configuration/export',
    headers,
    body: undefined,
  });
  return (JSON.parse(text) as { readonly text: string }).text;
}

function revisionsIn({ operation }: Attack, { status, text }: Answered): readonly string[] | undefined {
  if (operation.id !== 'getConfigurationVersions' || status !== 200 || text === '') return undefined;
  const { versions } = JSON.parse(text) as { readonly versions: readonly { readonly revision: number }[] };
  return versions.slice(0, 10).map(({ revision }) => String(revision));
}

/** The code of the problem; undefined: it was answered by what it is for. Throws when the answer is none of ours. */
function judge({ operation, method, path }: Attack, { status, type, text }: Answered): string | undefined {
  for (const inside of insides) assert.doesNotMatch(text.replaceAll(path.slice(0, 200), ''), inside);
  assert.ok(!text.includes(secretMark), 'a secret was told');
  if (status < 400 || (operation.good.has(status) && !type.startsWith('application/problem+json')))
    return undefined;
  if (method === 'HEAD') return 'HEAD';
  assert.match(type, /^application\/problem\+json/);
  const problem = JSON.parse(text) as {
    readonly code: string;
    readonly status: number;
    readonly next: string;
  };
  assert.equal(problem.status, status);
  assert.ok(problem.next.length > 0);
  assert.notEqual(problem.code, 'internal.bug');
  const elsewhere =
    ['request.not-found', 'request.method', 'request.invalid'].includes(problem.code) ||
    method !== operation.method ||
    !sameShape(path, operation.path);
  assert.ok(
    elsewhere || operation.codes.has(problem.code),
    `${operation.id} does not declare ${problem.code}`,
  );
  return problem.code;
}

/** Whether the path is the operation's own, and not one from nowhere. */
function sameShape(path: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
}

function count1<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function tell({ method, path, query, headers, body }: Attack): string {
  const parts = [
    method,
    path.slice(0, 200),
    JSON.stringify(query),
    JSON.stringify(headers),
    body?.toString('latin1') ?? '',
  ];
  return parts.map((part) => part.slice(0, 600)).join(' ');
}
