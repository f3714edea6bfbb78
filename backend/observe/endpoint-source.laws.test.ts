import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SeenEndpoint } from './ports.ts';
import {
  absentForMs,
  epg,
  none,
  seen,
  setUp,
  switches,
  turn,
  type EndpointScene,
} from './testing/endpoint-scene.ts';

const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const macs = ['A', 'B'];
const all = addresses.flatMap((address) => macs.map((mac) => seen(address, { mac })));

/** What a feed may tell in any order: notifications may be late and repeated, reads are not. */
type Step =
  | { readonly type: 'change'; readonly of: number }
  | { readonly type: 'appeared'; readonly of: number }
  | { readonly type: 'looked'; readonly of: number }
  | { readonly type: 'listed' | 'gap' | 'lost' };

const index = fc.nat(all.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('change' as const), of: index }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('appeared' as const), of: index }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('looked' as const), of: index }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constantFrom('listed' as const, 'gap' as const, 'lost' as const) }),
  },
);

class Telling {
  readonly truth = new Set<SeenEndpoint>();
  /** Addresses that a read has shown. */
  readonly shown = new Set<string>();
  readonly #scene: EndpointScene;
  #isLive = false;

  constructor(scene: EndpointScene) {
    this.#scene = scene;
  }

  list(): void {
    this.#isLive = true;
    for (const { address } of this.truth) this.shown.add(address);
    this.#scene.feed.listed(epg, [...this.truth], none);
  }

  tell(told: Step): void {
    const { feed } = this.#scene;
    if (!('of' in told)) return this.#tellAll(told.type);
    const endpoint = all[told.of];
    if (endpoint === undefined) return;
    if (told.type === 'change' && !this.truth.delete(endpoint)) this.truth.add(endpoint);
    if (told.type === 'appeared') feed.appeared(epg, endpoint);
    if (told.type === 'looked') {
      if (this.#isLive && this.truth.has(endpoint)) this.shown.add(endpoint.address);
      feed.looked(epg, endpoint.id, this.truth.has(endpoint) ? endpoint : undefined);
    }
  }

  #tellAll(type: 'listed' | 'gap' | 'lost'): void {
    const { feed } = this.#scene;
    if (type === 'gap') return feed.gap(undefined);
    if (type === 'listed') return this.list();
    this.#isLive = false;
    feed.lost({ code: 'fabric.unreachable', detail: 'cut' });
  }
}

function presentOf(scene: EndpointScene): string[] {
  return scene.members().filter((each) => !each.startsWith('-'));
}

function addressesOf(truth: ReadonlySet<SeenEndpoint>): string[] {
  return [...new Set([...truth].map(({ address }) => address as string))].sort();
}

describe('learned endpoints, whatever is told in whatever order', () => {
  it('are what the last complete read shows, and nothing that was ever shown is forgotten before its time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const scene = setUp();
        const telling = new Telling(scene);
        scene.feed.switches(switches('101'));
        for (const each of steps) telling.tell(each);

        telling.list();

        const known = scene.members().map((each) => each.replace('-', ''));
        const forgotten = [...telling.shown].filter((address) => !known.includes(address));
        assert.deepEqual([presentOf(scene), forgotten], [addressesOf(telling.truth), []]);
        scene.stop();
      }),
      { numRuns: 300 },
    );
  });

  it('tell enough to follow: who hears the notices and looks knows the view, and the memory holds it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const scene = setUp();
        const telling = new Telling(scene);
        const heard = new Map<string, string>();
        scene.source.onNotices((notices) => {
          for (const { path } of notices) {
            const record = scene.source.view.get('LearnedEndpoint', path);
            if (record === undefined) heard.delete(path);
            else heard.set(path, `${record.mac} ${record.absentSince ?? 'present'}`);
          }
        });
        scene.feed.switches(switches('101'));
        for (const each of steps) {
          telling.tell(each);
          if (steps.length % 2 === 0) await turn();
        }
        scene.shows(epg, [...telling.truth]);
        telling.list();
        await scene.pass(absentForMs);

        await turn();

        const records = [...scene.source.view.all('LearnedEndpoint')];
        const viewed = records.map(({ path, mac, absentSince }) => [
          path,
          `${mac} ${absentSince ?? 'present'}`,
        ]);
        assert.deepEqual([...heard].sort(), viewed.sort());
        assert.deepEqual([...scene.saved().keys()].sort(), records.map(({ path }) => path as string).sort());
        scene.stop();
      }),
      { numRuns: 60 },
    );
  });
});
