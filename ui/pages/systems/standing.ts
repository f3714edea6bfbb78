/** How what is declared stands: what the summary says of it as a source and as a system. */
import type { Freshness, ProblemModel, StatusSummary } from '../../../backend/api/contract/models.ts';
import type { SystemCollection } from '../../forms/logic/system-draft.ts';

export interface Standing {
  readonly freshness: Freshness;
  readonly identity: string | null;
  /** What is wrong, each once. */
  readonly problems: readonly ProblemModel[];
  /** null while contact is live; undefined: it is not told. */
  readonly lastContact: number | null | undefined;
  readonly objects: number | undefined;
  /** 0: none since start; undefined: nothing is written there. */
  readonly lastWrite: number | undefined;
  readonly conflictsUnchecked: boolean;
}

/** undefined: it does not run yet. */
export function standingOf(
  summary: StatusSummary | undefined,
  collection: SystemCollection,
  name: string,
): Standing | undefined {
  if (collection === 'clusters') {
    const source = summary?.sources.find((each) => each.kind === 'cluster' && each.name === name);
    return (
      source && {
        freshness: source.freshness,
        identity: source.identity,
        problems: each([source.problem, ...source.kinds.map(({ problem }) => problem)]),
        lastContact: source.lastContact,
        objects: source.objects,
        lastWrite: undefined,
        conflictsUnchecked: false,
      }
    );
  }
  const system = summary?.systems.find((one) => one.name === name);
  const learned = summary?.sources.find((one) => one.kind === 'fabric' && one.name === name);
  return (
    system && {
      freshness: system.freshness,
      identity: system.identity,
      problems: each([system.problem, learned?.problem ?? null]),
      lastContact: undefined,
      objects: learned?.objects,
      lastWrite: system.lastWrite,
      conflictsUnchecked: system.kind === 'fabric' && !system.conflictsFullyChecked,
    }
  );
}

function each(problems: readonly (ProblemModel | null)[]): readonly ProblemModel[] {
  const found = new Map<string, ProblemModel>();
  for (const problem of problems)
    if (problem !== null && !found.has(problem.code)) found.set(problem.code, problem);
  return [...found.values()];
}
