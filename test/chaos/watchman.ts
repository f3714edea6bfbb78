/**
 * Watches every write to the fabric as it is committed, and says which of them should never have happened, whatever was broken
 * at that moment:
 *
 * - the product touched something that is not an external EPG or in one
 * - it made, changed or deleted what does not carry its mark, or put something into an EPG that does not
 * - it removed an address of a pod or Service that is there and qualifies, and has for a while
 * - it put a prefix into an EPG while another EPG of the VRF held the same, ours
 *
 * What it says of redirect policies and pools is in `watch-traffic.ts`.
 */
import type { Commit } from '../../lab/fabric/store.ts';
import { container, services } from './config.ts';
import { isOurs } from './fabric-view.ts';
import { isSurplus } from './surplus.ts';
import { watchTraffic } from './watch-traffic.ts';
import type { World } from './world.ts';

type Change = Commit['changes'][number];
type Mo = Change['mo'];

/** How long an address must have been wanted without a break before its removal cannot be lateness. */
const settledMs = 1500;
const sampleEveryMs = 200;

export interface Watchman {
  /** In the order in which they happened. */
  readonly violations: readonly string[];
  /** The prefix is handed from one to another at this moment: its removals say nothing. */
  excuse(prefix: string): void;
  excuseNobody(): void;
  /** From now on a source may tell less than it knows: what came to be since is not known to be known. */
  trouble(): void;
  /** Something is so for less time than goes by between two looks. */
  look(): void;
  /** What is wanted changed at once, by an edit of the document. */
  forgetWishes(): void;
  stop(): void;
}

export function watch(world: World): Watchman {
  const violations: string[] = [];
  const wantedSince = new Map<string, number>();
  const excused = new Set<string>();
  const sample = (): void => sampleWishes(world, wantedSince);
  const timer = setInterval(sample, sampleEveryMs);
  const traffic = watchTraffic(world, { violations, excused });
  const falseRemoval = (mo: Mo): string | undefined => {
    const since = wantedSince.get(wishId(epgOf(mo), mo.get('ip')));
    if (since === undefined || excused.has(mo.get('ip'))) return undefined;
    const heldFor = performance.now() - since;
    if (heldFor < settledMs || !isWantedNow(world, mo) || isSurplus(world.clusters, mo.get('ip')))
      return undefined;
    return `removed ${mo.dn}, wanted for ${Math.round(heldFor)} ms`;
  };
  world.fabric.onCommit((commit) => {
    if (commit.author.system) return;
    for (const change of commit.changes) {
      const text = outOfBounds(change) ?? notOurs(change) ?? doubled(change, world);
      if (text !== undefined) violations.push(text);
      if (!isTaken(change) || isMove(change, commit)) continue;
      const removal = falseRemoval(change.mo);
      if (removal !== undefined) violations.push(removal);
    }
  });
  return {
    violations,
    excuse: (prefix) => void excused.add(prefix),
    excuseNobody() {
      excused.clear();
      traffic.calm();
    },
    trouble: () => traffic.trouble(),
    look: () => traffic.look(),
    forgetWishes() {
      wantedSince.clear();
      traffic.forget();
    },
    stop() {
      clearInterval(timer);
      traffic.stop();
    },
  };
}

const wishId = (epg: string, prefix: string): string => `${epg} ${prefix}`;

function sampleWishes(world: World, wantedSince: Map<string, number>): void {
  const now = performance.now();
  const wanted = new Set<string>();
  for (const { dn, mode, prefixes } of world.wishes().values())
    if (mode !== 'report') for (const prefix of prefixes) wanted.add(wishId(dn, prefix));
  for (const id of wantedSince.keys()) if (!wanted.has(id)) wantedSince.delete(id);
  for (const id of wanted) if (!wantedSince.has(id)) wantedSince.set(id, now);
}

function isWantedNow(world: World, mo: Mo): boolean {
  return world.wishes().get(epgOf(mo))?.prefixes.has(mo.get('ip')) === true;
}

function epgOf(mo: Mo): string {
  return mo.dn.slice(0, mo.dn.indexOf('/extsubnet-'));
}

function isTaken({ kind, mo }: Change): boolean {
  return kind === 'deleted' && mo.meta.name === 'l3extSubnet' && isOurs(mo.get('annotation'));
}

/** In the same write it goes into another EPG, which is entitled to it as well. */
function isMove({ mo }: Change, { changes }: Commit): boolean {
  return changes.some(
    (other) =>
      other.kind === 'created' && other.mo.meta.name === 'l3extSubnet' && other.mo.get('ip') === mo.get('ip'),
  );
}

function outOfBounds({ kind, mo }: Change): string | undefined {
  const isWithin = [`${container}/instP-`, `${services}/`].some((place) => mo.dn.startsWith(place));
  return isWithin ? undefined : `${kind} ${mo.meta.name} ${mo.dn}`;
}

const marked: ReadonlySet<string> = new Set([
  'l3extInstP',
  'l3extSubnet',
  'fvRsProv',
  'fvRsCons',
  'fvRsSecInherited',
  'vnsSvcRedirectPol',
  'vnsRedirectDest',
  'vnsRedirectHealthGroup',
  'vnsRsRedirectHealthGroup',
  'vnsRsIPSLAMonitoringPol',
]);

function notOurs({ kind, mo, before }: Change): string | undefined {
  const mark = before['annotation'] ?? mo.get('annotation');
  if (marked.has(mo.meta.name) && !isOurs(mark)) return `${kind} ${mo.dn}, which carries '${mark}'`;
  const epg = mo.parent?.meta.name === 'l3extInstP' ? mo.parent : undefined;
  if (kind !== 'created' || epg === undefined || isOurs(epg.get('annotation'))) return undefined;
  return `put ${mo.dn} into what is not ours`;
}

function doubled({ kind, mo }: Change, { fabric }: World): string | undefined {
  if (kind !== 'created' || mo.meta.name !== 'l3extSubnet') return undefined;
  const other = fabric
    .subtree(container, 'l3extSubnet')
    .find(
      ({ dn, attributes }) =>
        dn !== mo.dn && attributes['ip'] === mo.get('ip') && isOurs(attributes['annotation'] ?? ''),
    );
  return other && `put ${mo.dn} beside ${other.dn}`;
}
