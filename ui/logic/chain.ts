/** The way of an address from what has it to where it stands, in stages that are drawn side by side. */
import type { ExplanationModel, ExposedAddress, TargetKind } from '../../backend/api/contract/models.ts';
import { keyText } from './words.ts';

export interface ChainTarget {
  readonly key: string;
  readonly kind: TargetKind;
  readonly system: string;
  readonly name: string;
  readonly mapping: string | undefined;
  /** undefined: it is there, and nothing of ours wants it there. */
  readonly group: string | undefined;
  readonly items: readonly string[];
  readonly presence: 'present' | 'missing' | 'notOurs' | 'notWanted';
}

export interface Chain {
  readonly origins: readonly ExposedAddress[];
  /** Without repetition: several pods of one deployment have one owner. */
  readonly owners: readonly { readonly kind: string; readonly path: string; readonly cluster: string }[];
  readonly mappings: readonly { readonly name: string; readonly groups: readonly string[] }[];
  readonly targets: readonly ChainTarget[];
}

export function chainOf({ reasons, wantedIn, presentIn }: ExplanationModel): Chain {
  const present = new Map(presentIn.map((there) => [keyText(there.key), there]));
  const wanted = wantedIn.map(({ key, mapping, group, items }): ChainTarget => {
    const there = present.get(keyText(key));
    return {
      ...key,
      key: keyText(key),
      mapping,
      group,
      items,
      presence: there === undefined ? 'missing' : there.ours ? 'present' : 'notOurs',
    };
  });
  const known = new Set(wanted.map(({ key }) => key));
  const others = presentIn
    .filter(({ key }) => !known.has(keyText(key)))
    .map(({ key, ours, items }): ChainTarget => ({
      ...key,
      key: keyText(key),
      mapping: undefined,
      group: undefined,
      items,
      presence: ours ? 'notWanted' : 'notOurs',
    }));
  return {
    origins: reasons,
    owners: ownersOf(reasons),
    mappings: mappingsOf(wantedIn),
    targets: [...wanted, ...others],
  };
}

function ownersOf(reasons: readonly ExposedAddress[]): Chain['owners'] {
  const found = new Map<string, Chain['owners'][number]>();
  for (const { owner, cluster } of reasons)
    if (owner !== null)
      found.set(`${cluster} ${owner.kind} ${owner.path}`, { kind: owner.kind, path: owner.path, cluster });
  return [...found.values()];
}

function mappingsOf(wantedIn: ExplanationModel['wantedIn']): Chain['mappings'] {
  const byName = Map.groupBy(wantedIn, ({ mapping }) => mapping);
  return [...byName].map(([name, uses]) => ({ name, groups: [...new Set(uses.map(({ group }) => group))] }));
}
