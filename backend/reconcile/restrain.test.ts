import assert from 'node:assert/strict';
import { createUnavailableSystem } from '../adapters/system/unavailable-system.ts';
import type { System } from '../apply/ports.ts';
import type { SystemName } from '../model/identity.ts';
import type { Document, Mode, Target } from '../model/mapping.ts';
import { problem } from '../model/problems.ts';
import type { DeclaredSystem } from './declared.ts';
import * as fixture from './fleet.fixture.ts';
import { arrange, aSystem, creation, nextRound, run, type World } from './fleet.fixture.ts';

const dc2 = 'dc2' as SystemName;

function documentOf({ mode = 'full', tenant = 'k8s' }: { mode?: Mode; tenant?: string } = {}): Document {
  const document = fixture.documentOf({ tenant });
  return { ...document, mappings: document.mappings.map((mapping) => ({ ...mapping, mode })) };
}

/** It cannot be seen, so no round of it plans anything. */
const other = (shape: string, over: Partial<System> = {}): DeclaredSystem => ({
  name: dc2,
  shape,
  secrets: undefined,
  create: () => ({ ...createUnavailableSystem(dc2, problem('fabric.unreachable', '')), ...over }),
});

/** It never lets go. */
const slow = (shape: string): DeclaredSystem => other(shape, { stopped: () => new Promise(() => undefined) });

const tenantOf = (to: Target): string => ('tenant' in to ? to.tenant : '');

describe('what an edit stops', () => {
  /** Of the mappings that the last plan was made from, with where they write. */
  const modes = ({ inputs }: World): readonly string[] | undefined =>
    inputs.at(-1)?.mappings.map(({ mode, to }) => `${mode} ${to.map(tenantOf).join()}`);

  /** The slow one runs, and is declared otherwise from now on. */
  async function arrangeSlow(): Promise<World> {
    const world = arrange();
    world.others = [slow('a')];
    await world.fleet.setDocument(documentOf());
    await run(world);
    world.others = [other('b')];
    return world;
  }

  for (const [title, edit, atOnce, after] of [
    ['does less', documentOf({ mode: 'add-only', tenant: 'other' }), ['add-only k8s'], ['add-only other']],
    ['is taken out', fixture.documentOf({ none: true }), ['report k8s'], []],
  ] as const)
    it(`is stopped at once, whatever lets go slowly: a mapping that ${title}`, async () => {
      const world = await arrangeSlow();

      const changed = world.fleet.setDocument(edit);
      await nextRound(world);
      const meanwhile = modes(world);
      await world.clock.advance(30_000);
      await changed;
      await nextRound(world);

      assert.deepEqual([meanwhile, modes(world)], [atOnce, after]);
      await world.stop();
    });

  it('is all that is in force before the rest', async () => {
    const world = await arrangeSlow();
    world.others = [slow('a')];
    await world.fleet.setDocument(documentOf({ mode: 'report' }));
    world.others = [other('b')];

    const changed = world.fleet.setDocument(documentOf({ mode: 'full', tenant: 'other' }));
    await nextRound(world);
    const meanwhile = modes(world);
    await world.clock.advance(30_000);
    await changed;
    await nextRound(world);

    assert.deepEqual([meanwhile, modes(world)], [['report k8s'], ['full other']]);
    await world.stop();
  });

  it('is stopped while an edit before it still waits, and stays so when that is in force', async () => {
    const world = await arrangeSlow();
    world.others = [slow('b')];

    const first = world.fleet.setDocument(documentOf({ tenant: 'other' }));
    const second = world.fleet.setDocument(documentOf({ mode: 'report', tenant: 'third' }));
    await nextRound(world);
    const meanwhile = modes(world);
    world.others = [other('c')];
    await world.clock.advance(30_000);
    await first;
    await nextRound(world);
    const between = modes(world);
    await world.clock.advance(30_000);
    await second;
    await nextRound(world);

    assert.deepEqual(
      [meanwhile, between, modes(world)],
      [['report k8s'], ['report other'], ['report third']],
    );
    await world.stop();
  });

  it('is not begun again for a secret that is another one while the edit waits', async () => {
    const world = await arrangeSlow();

    const changed = world.fleet.setDocument(documentOf({ mode: 'report', tenant: 'other' }));
    world.as = { shape: 'a', secrets: '2' };
    for (let turn = 0; turn < 10; turn += 1) await world.clock.advance(10_000);
    await changed;
    await nextRound(world);

    assert.deepEqual([modes(world), world.made], [['report other'], ['a1', 'a2']]);
    await world.stop();
  });

  it('has its requests aborted, and is not waited for longer than those take to end', async () => {
    const lost = { result: 'unknown', problem: problem('fabric.unreachable', '') } as const;
    const world = arrange(() =>
      aSystem({
        write: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(lost))),
      }),
    );
    world.changes = [creation('one')];
    await run(world);

    world.as = { shape: 'b', secrets: '1' };
    await world.fleet.setDocument(documentOf());

    assert.deepEqual(world.made, ['a1', 'b1']);
    await world.stop();
  });
});
