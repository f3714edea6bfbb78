/**
 * What is written, as HAProxy spells it, and what its replies to that mean.
 *
 * - Never the keyword `enabled`: the server would be registered, and never given traffic. `set server … state ready` is what does it.
 * - Servers added at runtime have no pool of idle connections unless told, and inherit nothing from `default-server`.
 * - A health check that is declared does not run before `enable health`.
 */
import type { Attributes } from '../../model/target-object.ts';
import type { Reply } from './replies.ts';
import type { Place } from './server-name.ts';
import { memberName } from './server-name.ts';

export interface NewServer {
  /** `backend/server` */
  readonly path: string;
  readonly place: Place;
  readonly id: number;
  readonly attributes: Attributes;
  readonly check: string | undefined;
}

const idlePool = 'pool-max-conn -1 pool-purge-delay 5s';
const states: Readonly<Record<string, string>> = { enabled: 'ready', drain: 'drain' };

export function addCommands({ path, place, id, attributes, check }: NewServer): readonly string[] {
  const weight = attributes['weight'] === undefined ? '' : ` weight ${attributes['weight']}`;
  const limit =
    attributes['connectionLimit'] === undefined ? '' : ` maxconn ${attributes['connectionLimit']}`;
  const checked = check === undefined ? '' : ` ${check}`;
  return [
    `add server ${path} ${memberName(place)} id ${id}${weight}${limit} ${idlePool}${checked}`,
    ...(check === undefined ? [] : [`enable health ${path}`]),
    stateCommand(path, attributes),
  ];
}

export function setCommands(path: string, attributes: Attributes): readonly string[] {
  const weight = attributes['weight'];
  const limit = attributes['connectionLimit'];
  return [
    ...(weight === undefined ? [] : [`set server ${path} weight ${weight}`]),
    ...(limit === undefined ? [] : [`set maxconn server ${path} ${limit}`]),
    stateCommand(path, attributes),
  ];
}

/** Where somebody pointed the server elsewhere. */
export function placeCommand(path: string, { address, port }: Place): string {
  return `set server ${path} addr ${address} port ${port}`;
}

function stateCommand(path: string, attributes: Attributes): string {
  return `set server ${path} state ${states[attributes['state'] ?? 'enabled'] ?? 'ready'}`;
}

export function deleteCommands(path: string): readonly string[] {
  return [`set server ${path} state maint`, `del server ${path}`];
}

/** Words only: nothing that ends a command, or begins another. */
export function isCheck(words: string): boolean {
  return /^[\w./:,=+ -]+$/.test(words) && /(^| )check( |$)/.test(words);
}

const successes = [
  /^$/,
  /^New server registered\.$/,
  /^Server deleted\.$/,
  / by 'stats socket command'$/,
] as const;

/** HAProxy marks no reply as a success; what is not known to be one is a refusal, with its text. */
export function isSuccess({ text }: Reply): boolean {
  return successes.some((pattern) => pattern.test(text)) && !text.startsWith('Invalid');
}
