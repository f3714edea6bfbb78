/** What holds whatever happened: pages of a search have neither gaps nor doubles, and holders are those of a plain replay. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { historyQuerySchema } from '../../api/contract/history.ts';
import { systemClock } from '../../model/clock.ts';
import type { KeyText, MappingName, SystemName } from '../../model/identity.ts';
import type { Change } from '../../model/plan.ts';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase, type Database } from '../sqlite/database.ts';
import { openHistory } from './history.ts';
import { holdersOf } from './holdings.ts';
import { rowOfAct, rowOfChange, rowOfRun, type Row } from './rows.ts';
import { migrations } from './schema.ts';
import { search } from './search.ts';
import { accepted, act, add, deletion, refused, remove, report, sent, update } from './testing/happenings.ts';
import { Writing } from './writing.ts';

const addresses = ['10.0.0.1', '10.0.0.2', 'fd00::1'] as const;
const keys = [
  'dc1|externalEpg|k8s/calico/web',
  'dc1|externalEpg|k8s/calico/api',
  'dc2|pool|web',
] as KeyText[];
const mappings = ['shop', 'api'] as MappingName[];

interface Step {
  readonly does: 'add' | 'update' | 'remove' | 'delete' | 'see';
  readonly address: (typeof addresses)[number];
  readonly key: KeyText;
  readonly mapping: MappingName;
  readonly isAccepted: boolean;
  readonly later: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  does: fc.constantFrom('add', 'add', 'remove', 'update', 'delete', 'see'),
  address: fc.constantFrom(...addresses),
  key: fc.constantFrom(...keys),
  mapping: fc.constantFrom(...mappings),
  isAccepted: fc.boolean(),
  later: fc.integer({ min: 1, max: 5 }),
});

function changeOf({ does, address, key, mapping }: Step): Change | undefined {
  switch (does) {
    case 'add':
      return add(address, { key, mapping });
    case 'update':
      return update(address, { key, mapping });
    case 'remove':
      return remove(address, { key, mapping });
    case 'delete':
      return deletion({ key, mapping });
    case 'see':
      return undefined;
  }
}

/** Who holds what after each step, by plain replay: for each time, `key address` → mapping. */
function replay(steps: readonly Step[]): Map<string, string>[] {
  const held = new Map<string, string>();
  const forget = (isGone: (at: string) => boolean): void => {
    for (const at of [...held.keys()]) if (isGone(at)) held.delete(at);
  };
  const happen = ({ does, address, key, mapping }: Step): void => {
    const at = `${key} ${address}`;
    if (does === 'see') forget((other) => other.startsWith(`${key.split('|')[0] ?? ''}|`) && other !== at);
    if (does === 'delete') forget((other) => other.startsWith(`${key} `));
    else if (does === 'remove') held.delete(at);
    else held.set(at, mapping);
  };
  return steps.map((each) => {
    if (each.isAccepted || each.does === 'see') happen(each);
    return new Map(held);
  });
}

function play(database: Database, steps: readonly Step[]): number[] {
  const writing = new Writing(database);
  let at = 0;
  return steps.map((each, index) => {
    at += each.later;
    const change = changeOf(each);
    const system = each.key.split('|')[0] ?? '';
    const items = [[each.key, `${each.address}/32`, each.address, each.mapping] as const];
    const outcome = each.isAccepted ? accepted : refused;
    writing.write({
      writer: 'w',
      number: index + 1,
      entries: [
        change === undefined
          ? { seen: { system, at, round: index, first: 0, total: 1, items } }
          : { row: rowOfChange({ change, outcome }, at) },
      ],
    });
    return at;
  });
}

describe('laws of history', () => {
  it('who held an address at a time is who held it by then in a plain replay', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const database = openDatabase(':memory:', { migrations, busyMs: 0 });
        const times = play(database, steps);
        const states = replay(steps);

        for (const [index, time] of times.entries())
          for (const address of addresses) {
            const found = holdersOf(database, address, time).map(
              ({ key, mapping }) => `${key.system}|${key.kind}|${key.name} ${mapping}`,
            );
            const expected = [...(states[index] ?? [])]
              .filter(([at]) => at.endsWith(` ${address}`))
              .map(([at, mapping]) => `${at.split(' ')[0] ?? ''} ${mapping}`);
            assert.deepEqual(found.toSorted(), expected.toSorted());
          }
        database.close();
      }),
      { numRuns: 150 },
    );
  });

  const row: fc.Arbitrary<Row> = fc
    .record({ at: fc.integer({ min: 0, max: 8 }), which: fc.integer({ min: 0, max: 5 }), each: step })
    .map(({ at, which, each }) => {
      if (which === 0) return rowOfAct(act(at, 'pause', each.mapping));
      const outcomes = sent([changeOf({ ...each, does: 'add' })!], each.isAccepted ? accepted : refused);
      return which === 1 ? rowOfRun(report(at, outcomes)) : rowOfChange(outcomes[0]!, at);
    });

  const filters = fc.record({
    kind: fc.constantFrom('change', 'run', 'act'),
    address: fc.constantFrom(...addresses),
    key: fc.constantFrom(...keys),
    mapping: fc.constantFrom(...mappings),
    system: fc.constantFrom('dc1', 'dc2'),
    person: fc.constantFrom(...mappings),
    result: fc.constantFrom('accepted', 'refused'),
    search: fc.constantFrom('ADD', 'fd00', 'calico/web', 'round', 'nowhere'),
    from: fc.integer({ min: 0, max: 8 }),
    to: fc.integer({ min: 0, max: 8 }),
  });
  type Filter = Partial<Record<string, string | number>>;
  /** Few at a time: the more there are, the less is found. */
  const filter: fc.Arbitrary<Filter> = fc
    .tuple(
      filters,
      fc.subarray(['kind', 'address', 'key', 'mapping', 'system', 'person'], { maxLength: 1 }),
      fc.subarray(['result', 'search', 'from', 'to'], { maxLength: 1 }),
    )
    .map(([all, some, more]) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => [...some, ...more].includes(name))),
    );

  it('the pages of a search are all that matches, newest first, with neither gaps nor doubles', async () => {
    const cases = fc.record({
      rows: fc.array(row, { maxLength: 80 }),
      filter,
      limit: fc.integer({ min: 1, max: 7 }),
      more: row,
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, filter: wanted, limit, more }) => {
        const database = openDatabase(':memory:', { migrations, busyMs: 0 });
        const writing = new Writing(database);
        writing.write({ writer: 'w', number: 1, entries: rows.map((each) => ({ row: each })) });
        const expected = rows
          .map((each, index) => ({ ...each, id: index + 1 }))
          .filter((each) => matches(each, wanted))
          .sort((a, b) => b.at - a.at || b.id - a.id)
          .map(({ id }) => id);
        const found: number[] = [];

        for (let before: string | null = ''; before !== null;) {
          const cursor: object = before === '' ? {} : { before };
          const query = historyQuerySchema.parse({ ...wanted, limit, ...cursor });
          const page = await search(database, query, () => Promise.resolve(), { first: 3, most: 9 });
          found.push(...page.entries.map(({ id }) => Number(id)));
          before = page.next;
          assert.ok(found.length <= 2 * rows.length + 2, 'the pages come to an end');
          // What happens while somebody turns pages is on none of the pages before.
          writing.write({ writer: 'w', number: found.length + 2, entries: [{ row: { ...more, at: 9 } }] });
        }

        assert.deepEqual(
          found.filter((id) => id <= rows.length),
          expected,
        );
        database.close();
      }),
      { numRuns: 150 },
    );
  });

  it('whatever is taken down is there once, however the batches fall', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'history-'));
    const path = join(directory, 'history.db');
    const history = openHistory({ path, clock: systemClock(), bounds: { keepForMs: 1e15, bytes: 1e9 } });
    let count = 0;
    for (const size of [1, 999, 1000, 1001, 3, 2500]) {
      history.run(
        report(1, sent(Array.from({ length: size }, (_, n) => add(`10.1.${n >> 8}.${n & 255}`))), size),
      );
      history.seen('dc3' as SystemName, []);
      if (size % 2 === 1) await history.flushed();
      count += size + 1;
    }
    await history.close();

    const file = new DatabaseSync(path);
    const stored = file.prepare('SELECT count(*) AS count FROM entries').get();
    file.close();
    rmSync(directory, { recursive: true });

    assert.equal(stored?.['count'], count);
  });
});

function matches(row: Row, wanted: Partial<Record<string, string | number>>): boolean {
  const { kind, result, search: text, from, to, ...same } = wanted;
  const shown = [
    row.what,
    row.why,
    row.detail,
    row.result,
    row.system,
    row.mapping,
    row.key,
    row.person,
  ].join('\n');
  return (
    Object.entries(same).every(([name, value]) => row[name as keyof Row] === value) &&
    (kind === undefined || row.kind === kind) &&
    (result === undefined || (row.kind === 'change' && row.result === result)) &&
    (text === undefined || shown.toLowerCase().includes(String(text).toLowerCase())) &&
    row.at >= Number(from ?? 0) &&
    row.at <= Number(to ?? 9)
  );
}
