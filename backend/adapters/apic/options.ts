/**
 * What a fabric's System is made from; compose resolves references (secrets, certificates) before it comes here.
 */
import type { Clock } from '../../model/clock.ts';
import type { InstanceId, SystemName } from '../../model/identity.ts';
import type { PeerTrust } from '../http/trust.ts';
import type { ApicCredentials } from './credentials.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** Constant message, details as fields; never a secret. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

export interface ApicOptions {
  readonly name: SystemName;
  /** URLs of the controllers, in order of preference: `https://host[:port]`. */
  readonly controllers: readonly string[];
  readonly trust: PeerTrust;
  readonly credentials: ApicCredentials;
  readonly instance: InstanceId;
  /** Bounds of one write. */
  readonly batchObjects: number;
  readonly batchBytes: number;
  /** Every so often everything is read again, with jitter. */
  readonly resyncMs: number;
  readonly clock: Clock;
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number;
  readonly log: Log;
  /** The identity that was confirmed; undefined on first contact. */
  readonly expectedIdentity: () => string | undefined;
  /** The identity that answers now; called with each new login and each full read before anything is believed. */
  readonly onIdentity: (identity: string) => void;
  /** Whether anything may be written now: asked directly before each write is sent, whatever it waited for. */
  readonly mayWrite?: () => boolean;
  /** Objects per page of a read. Default 5,000. */
  readonly pageSize?: number;
  /** Life of a subscription between refreshes. Default 600. */
  readonly subscriptionSeconds?: number;
  /** Deadline of one request. Default 90 s, which is the APIC's own. */
  readonly requestTimeoutMs?: number;
}
