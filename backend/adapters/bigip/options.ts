/**
 * What a BIG-IP's System is made from; compose resolves references (secrets, certificates) before it comes here.
 */
import type { Clock } from '../../model/clock.ts';
import type { InstanceId, SystemName } from '../../model/identity.ts';
import type { PeerTrust } from '../http/trust.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
/** Constant message, details as fields; never a secret. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Who knows the user: `tmos` for the device's own users and the remote ones that it is configured for. */
  readonly provider: string;
}

export interface BigIpOptions {
  readonly name: SystemName;
  /** `https://host[:port]` */
  readonly address: string;
  readonly trust: PeerTrust;
  readonly credentials: Credentials;
  readonly instance: InstanceId;
  /** Every so often everything is read and compared, with jitter. */
  readonly resyncMs: number;
  /** The configuration is saved once nothing was written for so long; undefined: never by us. */
  readonly saveAfterMs: number | undefined;
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
  /** Deadline of one request. Default 65 s: the device itself gives up after 60. */
  readonly requestTimeoutMs?: number;
}
