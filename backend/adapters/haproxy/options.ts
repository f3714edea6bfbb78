/** What a HAProxy's System is made from. */
import type { Clock } from '../../model/clock.ts';
import type { InstanceId, SystemName } from '../../model/identity.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** Constant message, details as fields; never a secret. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Where the Runtime API listens. */
export type RuntimeAddress = { readonly path: string } | { readonly host: string; readonly port: number };

export interface HaproxyOptions {
  readonly name: SystemName;
  /** The socket of the workers; the master's own (`-S`) knows no servers. */
  readonly socket: RuntimeAddress;
  readonly instance: InstanceId;
  readonly clock: Clock;
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number;
  readonly log: Log;
  /** Every so often it is asked whether it was reloaded. Default 1 s. */
  readonly probeMs?: number;
  /** Every so often everything is read again, on a connection of its own making. Default 30 s. */
  readonly resyncMs?: number;
  /** Keywords of health checks for the servers that we add: `check inter 2s rise 2 fall 3`. */
  readonly check?: string | undefined;
  /** The identity that was confirmed; undefined on first contact. */
  readonly expectedIdentity: () => string | undefined;
  /** The identity that answers now; called on each connection before anything is believed. */
  readonly onIdentity: (identity: string) => void;
  /** Whether anything may be written now: asked directly before each change, whatever it waited for, and before leftovers of ours are cleared away. */
  readonly mayWrite?: () => boolean;
  /** Deadline of one line of commands. Default 5 s. */
  readonly requestTimeoutMs?: number;
}
