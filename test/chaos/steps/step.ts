/** What a step of chaos is: drawn from the seed alone, so that a run can be repeated; then done to the world. */
import type { Random } from '../random.ts';
import type { Watchman } from '../watchman.ts';
import type { World } from '../world.ts';

export interface Step {
  /** With everything that was drawn. */
  readonly title: string;
  act(stage: Stage): void | Promise<void>;
}

export interface Stage {
  readonly world: World;
  readonly watchman: Watchman;
  /** Undone when everything is healed. */
  readonly healing: (() => void | Promise<void>)[];
}

/** What was drawn before, as far as later draws depend on it. Never looks at the world. */
export interface Script {
  readonly random: Random;
  readonly clusterCount: number;
  /** Deployments that should be there: `cluster namespace name`, 0-based cluster. */
  readonly deployments: Target[];
  readonly statefulSets: Target[];
  readonly services: Target[];
  readonly pods: Target[];
  /** Services with a Deployment of their cluster and namespace behind them. */
  readonly balanced: Target[];
  /** Machines that leaves have learned. */
  readonly machines: Machine[];
  /** Objects that were relabelled, people's edits, …: once for each heal, or once for all. */
  readonly touched: Set<string>;
  /** Grows with every name. */
  names: number;
  readonly without: Set<string>;
}

export interface Target {
  readonly cluster: number;
  readonly namespace: string;
  readonly name: string;
}

export interface Machine {
  readonly mac: string;
  readonly address: string;
  leaf: number;
}

/** Draws a step, or none when there is nothing that it could be done to. */
export type Draw = (script: Script) => Step | undefined;

export const spell = ({ cluster, namespace, name }: Target): string =>
  `c${cluster + 1} ${namespace === '' ? '' : `${namespace}/`}${name}`;

/** A name that no other object of the run has. */
export function freshName(script: Script, prefix: string): string {
  script.names += 1;
  return `${prefix}${script.names}`;
}

/** Takes one out at random. */
export function takeOne(script: Script, from: Target[]): Target | undefined {
  if (from.length === 0) return undefined;
  return from.splice(script.random.below(from.length), 1)[0];
}

export function pickOne(script: Script, from: readonly Target[]): Target | undefined {
  return from.length === 0 ? undefined : script.random.pick(from);
}
