import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceRecord, NamespaceRecord } from '../model/cluster-records.ts';
import type { ObjectPath } from '../model/identity.ts';
import { createKindShelf, type KindShelf } from './kind-shelf.ts';
import type { CompleteList } from './ports.ts';

function recordOf(name: string, version: number, uid = `uid-${name}`): NamespaceRecord {
  const path = name as ObjectPath;
  const resourceVersion = String(version);
  return {
    kind: 'Namespace',
    uid,
    path,
    namespace: '',
    name,
    labels: {},
    resourceVersion,
    terminating: false,
  };
}

function listOf(version: number, ...records: readonly SourceRecord[]): CompleteList {
  return { records: new Map(records.map((each) => [each.path, each])), resourceVersion: String(version) };
}

function setUp(first: CompleteList = listOf(1)): {
  shelf: KindShelf;
  sightings: string[];
  contents: () => string[];
} {
  const sightings: string[] = [];
  const shelf = createKindShelf((path, sighting) => void sightings.push(`${sighting} ${path}`));
  shelf.list(first);
  sightings.length = 0;
  const contents = (): string[] =>
    [...shelf.records.values()].map(({ uid, resourceVersion }) => `${uid}@${resourceVersion}`).sort();
  return { shelf, sightings, contents };
}

/** The life of one object: versions at which it was written, the last one perhaps its deletion; perhaps then again. */
interface Event {
  readonly record: NamespaceRecord;
  readonly deleted: boolean;
}

const histories = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 20 })
  .map((steps) => {
    const lives = new Map<string, number>();
    return steps.map(([name, deleted], index): Event => {
      const life = lives.get(name) ?? 0;
      if (deleted) lives.set(name, life + 1);
      return { record: recordOf(name, 10 + index, `${name}${life}`), deleted };
    });
  });

/** What there is after the events up to and including `version`, told in their true order. */
function truth(events: readonly Event[], version = Infinity): NamespaceRecord[] {
  const there = new Map<string, NamespaceRecord>();
  for (const { record, deleted } of events) {
    if (Number(record.resourceVersion) > version) break;
    if (deleted) there.delete(record.name);
    else there.set(record.name, record);
  }
  return [...there.values()];
}

const tell = (shelf: KindShelf, { record, deleted }: Event): void =>
  deleted ? shelf.delete(record) : shelf.watch(record);

describe('kind shelf', () => {
  it('holds the truth in the end, whatever the order and repetition of events', () => {
    const shuffled = histories.chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([events, told]) => {
        const { shelf, contents } = setUp();

        for (const event of told) tell(shelf, event);

        assert.deepEqual(
          contents(),
          truth(events)
            .map((each) => `${each.uid}@${each.resourceVersion}`)
            .sort(),
        );
      }),
    );
  });

  it('holds the truth in the end, wherever a list comes in between', () => {
    const withList = histories.chain((events) =>
      fc.tuple(fc.constant(events), fc.nat(events.length), fc.nat(30)),
    );
    fc.assert(
      fc.property(withList, ([events, position, age]) => {
        const { shelf, contents } = setUp();
        const listed = 10 + Math.min(age, events.length);

        for (const event of events.slice(0, position)) tell(shelf, event);
        shelf.list(listOf(listed, ...truth(events, listed)));
        for (const event of events.slice(position)) tell(shelf, event);

        assert.deepEqual(
          contents(),
          truth(events)
            .map((each) => `${each.uid}@${each.resourceVersion}`)
            .sort(),
        );
      }),
    );
  });

  it('says missing only of what a list lacks, and deleted only of what a watch saw end', () => {
    const { shelf, sightings } = setUp(listOf(5, recordOf('a', 1), recordOf('b', 2)));

    shelf.delete(recordOf('a', 6));
    shelf.list(listOf(7));

    assert.deepEqual(sightings, ['deleted a', 'missing b']);
  });

  it('says nothing when a list has what is known', () => {
    const { shelf, sightings } = setUp(listOf(5, recordOf('a', 1)));

    const difference = shelf.list(listOf(7, recordOf('a', 1)));

    assert.deepEqual(sightings, []);
    assert.deepEqual(difference, { changed: 0, missing: 0 });
  });

  it('does not call an object deleted because another of its name was', () => {
    const { shelf, sightings } = setUp(listOf(5, recordOf('a', 1, 'first')));

    shelf.delete(recordOf('a', 9, 'second'));

    assert.deepEqual(sightings, ['missing a']);
  });

  it('takes nothing from a list that is older than the last one', () => {
    const { shelf, sightings, contents } = setUp(listOf(5, recordOf('a', 4)));

    shelf.list(listOf(3, recordOf('b', 2)));

    assert.deepEqual(sightings, []);
    assert.deepEqual(contents(), ['uid-a@4']);
  });

  it('lets the next list win over everything once what it holds is void', () => {
    const { shelf, sightings, contents } = setUp(listOf(50, recordOf('a', 40), recordOf('b', 41)));
    shelf.delete(recordOf('c', 45));

    shelf.voidAll();
    const isListed = shelf.isListed;
    shelf.list(listOf(9, recordOf('b', 3, 'another'), recordOf('c', 4)));

    assert.equal(isListed, false);
    assert.deepEqual(contents(), ['another@3', 'uid-c@4']);
    assert.deepEqual(sightings, ['missing a', 'listed b', 'listed c']);
  });
});
