/** Whether everything is in step, and what waits for a person. */
import type {
  PlanMapping,
  PlanModel,
  ProblemModel,
  SourceModel,
  StatusSummary,
  TargetRow,
} from '../../backend/api/contract/models.ts';
import { formatCount, plural } from './format.ts';
import type { Tone } from './words.ts';

export interface Wait {
  readonly id: string;
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  readonly href: string;
}

export interface Standing {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  readonly waits: readonly Wait[];
}

/** `rows`: the target objects, of which those with a problem are told. */
export function standingOf(
  summary: StatusSummary,
  plan: PlanModel | undefined,
  rows: Iterable<TargetRow> = [],
): Standing {
  const all = [...rows];
  const waits = [
    ...summary.problems.map((problem): Wait => ofProblem('here', problem, '#/settings')),
    ...summary.systems.flatMap(({ name, problem }) =>
      problem === null ? [] : [ofProblem(name, problem, `#/systems`)],
    ),
    ...summary.sources.flatMap(ofSource),
    ...(plan?.mappings ?? []).flatMap(ofPlan),
    ...ofTargets(all, summary),
  ];
  return { ...sentence(summary, waits, isAllKnown(summary, all)), waits };
}

/** In step is said of what is seen, and never because something is not seen. */
function isAllKnown({ sources, systems }: StatusSummary, rows: readonly TargetRow[]): boolean {
  return (
    [...sources, ...systems].every(({ freshness }) => freshness === 'synced') &&
    rows.every(({ state }) => state !== 'unknown')
  );
}

/** Changes of the plan that wait for somebody's yes, and that nobody has said no to. */
export function waitingChanges({ groups, refused }: PlanMapping): number {
  if (refused !== null) return 0;
  return groups.reduce((sum, { approvable, count }) => sum + (approvable ? count : 0), 0);
}

function ofProblem(where: string, problem: ProblemModel, href: string, mild = false): Wait {
  const { code, kind, title, detail } = problem;
  return {
    id: `${where} ${code} ${detail}`,
    tone: mild || kind === 'transient' ? 'held' : 'bad',
    title: where === 'here' ? title : `${where}: ${title}`,
    detail,
    href,
  };
}

/** What several kinds suffer alike is told once; what passes by itself only where the whole source suffers it. */
function ofSource({ name, problem, kinds, freshness }: SourceModel): Wait[] {
  if (problem !== null) return [ofProblem(name, problem, '#/systems', freshness === 'synced')];
  const found = new Map<string, Wait>();
  for (const kind of kinds)
    if (kind.problem !== null && kind.problem.kind !== 'transient')
      found.set(kind.problem.code, ofProblem(name, kind.problem, '#/systems'));
  return [...found.values()];
}

/** Whoever refused them, all in one line. What a system as a whole suffers is told with the system. */
function ofTargets(rows: readonly TargetRow[], { systems }: StatusSummary): Wait[] {
  const told = new Set(systems.filter(({ problem }) => problem !== null).map(({ name }) => name));
  const faulty = rows.filter(({ state, system }) => state === 'problem' && !told.has(system));
  if (faulty.length === 0) return [];
  const titles = new Set(faulty.flatMap(({ problems }) => problems.map(({ title }) => title)));
  return [
    {
      id: 'targets',
      tone: 'bad',
      title: `${plural(faulty.length, 'target object has', 'target objects have')} a problem`,
      detail: [...titles].join('. '),
      href: '#/plan',
    },
  ];
}

function ofPlan(mapping: PlanMapping): Wait[] {
  const { name, system, approve, firstContact } = mapping;
  const href = `#/plan?mapping=${encodeURIComponent(name)}`;
  const count = waitingChanges(mapping);
  const where = `${name} on ${system}`;
  if (count > 0)
    return [
      {
        id: `plan ${where}`,
        tone: 'bad',
        title: `${where}: ${plural(count, 'change waits', 'changes wait')} for your approval`,
        detail: mapping.groups
          .filter((group) => group.approvable)
          .map((group) => group.title)
          .join('. '),
        href,
      },
    ];
  if (firstContact && approve !== null)
    return [
      {
        id: `plan ${where}`,
        tone: 'held',
        title: `${where}: the first plan waits to be let go`,
        detail: `${plural(mapping.due + mapping.held, 'change')}; nothing is written before`,
        href,
      },
    ];
  return [];
}

function sentence(
  { mappings, systems, mode }: StatusSummary,
  waits: readonly Wait[],
  allKnown: boolean,
): Pick<Standing, 'tone' | 'title' | 'detail'> {
  const { due, draining, waiting, detail } = figures(mappings);
  if (waits.length > 0)
    return {
      tone: waits.some(({ tone }) => tone === 'bad') ? 'bad' : 'held',
      title: waits.length === 1 ? 'One thing waits for you' : `${waits.length} things wait for you`,
      detail,
    };
  if (mappings.length === 0 || systems.length === 0)
    return { tone: 'quiet', title: 'Nothing to keep in step yet', detail: 'The steps below lead to it.' };
  if (mode === 'paused') return { tone: 'held', title: 'Writing is paused', detail };
  if (!allKnown) return { tone: 'unknown', title: 'Not everything has been read, or not lately', detail };
  if (due > 0 || draining > 0) return { tone: 'active', title: 'Changes are on their way', detail };
  if (waiting > 0)
    return { tone: 'held', title: 'In step, but for what is held; nothing waits for you', detail };
  return { tone: 'good', title: 'Everything is in step', detail };
}

function figures(mappings: StatusSummary['mappings']): {
  readonly due: number;
  readonly draining: number;
  readonly waiting: number;
  readonly detail: string;
} {
  const due = sum(mappings, 'due');
  const held = mappings.flatMap((one) => one.held);
  const draining = count(held.filter(({ reason }) => reason === 'draining'));
  const waiting = count(held) - draining;
  const words = [
    due === 0 ? 'nothing due' : `${formatCount(due)} due`,
    `${formatCount(waiting)} held`,
    ...(draining === 0 ? [] : [`${formatCount(draining)} draining`]),
  ];
  return { due, draining, waiting, detail: words.join(' · ') };
}

function count(held: readonly { readonly count: number }[]): number {
  return held.reduce((all, one) => all + one.count, 0);
}

function sum<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return rows.reduce((all, row) => all + row[key], 0);
}
