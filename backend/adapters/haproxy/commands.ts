/**
 * What is written, as HAProxy spells it, and what its replies to that mean.
 *
 * - Never the keyword `enabled`: the server would be registered, and never given traffic. `set server … state ready` is what does it.
 * - Servers added at runtime have no pool of idle connections unless told, and inherit nothing from `default-server`.
 * - A health check that is declared does not run before `enable health`.
 */
import type { Attributes } from '../../model/target-object.ts';
import type { Reply } from './replies.ts';
import { memberName, type Place } from './server-name.ts';

export interface NewServer {
  /** `backend/server` */
  readonly path: string;
  readonly place: Place;
  readonly id: number;
  readonly attributes: Attributes;
  readonly check: string | undefined;
}

/** A command, and what HAProxy says when it did it. Anything else is a refusal, with its text. */
export interface Command {
  readonly text: string;
  readonly success: RegExp;
}

const silent = /^$/;
const idlePool = 'pool-max-conn -1 pool-purge-delay 5s';
const states: Readonly<Record<string, string>> = { enabled: 'ready', drain: 'drain', maint: 'maint' };

export function addCommands({ path, place, id, attributes, check }: NewServer): readonly Command[] {
  const { weight, connectionLimit } = attributes;
  const words = [
    `add server ${path} ${memberName(place)} id ${id}`,
    ...(weight === undefined ? [] : [`weight ${weight}`]),
    ...(connectionLimit === undefined ? [] : [`maxconn ${connectionLimit}`]),
    idlePool,
    ...(check === undefined ? [] : [check]),
  ];
  return [
    { text: words.join(' '), success: /^New server registered\.$/ },
    ...(check === undefined ? [] : [quiet(`enable health ${path}`)]),
    stateCommand(path, attributes),
  ];
}

export function setCommands(path: string, attributes: Attributes): readonly Command[] {
  const { weight, connectionLimit } = attributes;
  return [
    ...(weight === undefined ? [] : [quiet(`set server ${path} weight ${weight}`)]),
    ...(connectionLimit === undefined ? [] : [quiet(`set maxconn server ${path} ${connectionLimit}`)]),
    stateCommand(path, attributes),
  ];
}

/** Where somebody pointed the server elsewhere. */
export function placeCommand(path: string, { address, port }: Place): Command {
  return {
    text: `set server ${path} addr ${address} port ${port}`,
    success: /^(IP changed|no need to change|port changed)/,
  };
}

export function cutCommand(path: string): Command {
  return quiet(`shutdown sessions server ${path}`);
}

/**
 * Trap: entering maintenance closes idle connections, once. What becomes idle later, when a request ends, stays and stands against the
 * deletion for good; so a server that was in maintenance already enters it anew.
 */
export function deleteCommands(path: string, isInMaintenance: boolean): readonly Command[] {
  return [
    ...(isInMaintenance ? [quiet(`set server ${path} state drain`)] : []),
    quiet(`set server ${path} state maint`),
    { text: `del server ${path}`, success: /^Server deleted\.$/ },
  ];
}

function stateCommand(path: string, { state = 'enabled' }: Attributes): Command {
  return quiet(`set server ${path} state ${states[state] ?? 'ready'}`);
}

function quiet(text: string): Command {
  return { text, success: silent };
}

/** Words only: nothing that ends a command, or begins another. */
export function isCheck(words: string): boolean {
  return /^[\w./:,=+ -]+$/.test(words) && /(^| )check( |$)/.test(words);
}

export function hasSucceeded({ success }: Command, { text }: Reply): boolean {
  return success.test(text);
}
