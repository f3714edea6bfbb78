/** What can be made to go wrong at the BIG-IP. */
import { FaultRules, readRules, type FaultRule } from '../faults.ts';

export const faultNames = [
  /** 503 with the page "Configuration Utility restarting...". */
  'restartingPage',
  /** 404 of restjavad, as while it starts: the URI is not registered. */
  'notRegistered',
  /** 404 of mcpd for what exists, as shortly after mcpd restarted. */
  'falseAbsent',
  /** 200 with a list without items, where there are some. */
  'emptyCollection',
  /** A member that is not there is answered with 200 and an object without an address, as some versions do. */
  'hollowMember',
  /** 500, no connection to mcpd; nothing was done. */
  'mcpdLost',
  /** 503, another task is at work; nothing was done. */
  'taskActive',
  /** 401 although the token is good. */
  'unauthorized',
  /** All tokens are gone, as after restjavad restarted. */
  'tokensLost',
  /** The write is applied; the reply, `ms` later, is 500 with Jetty's page. */
  'applyThenFail',
  /** The write is applied, and the connection closed without a reply. */
  'applyThenClose',
  /** The reply comes `ms` later, 1000 unless said. */
  'slow',
  /** No reply, ever; the connection stays open, until the faults are cleared. */
  'stall',
  /** The connection is closed before any reply; nothing was done. */
  'closed',
  /** The connection breaks half way through the reply. */
  'resetMidReply',
] as const;

export type FaultName = (typeof faultNames)[number];
export type BigipFaults = Record<FaultName, FaultRule>;

export class Faults extends FaultRules<FaultName> {}

/** Reads faults from outside; the text says what is wrong. */
export function readFaults(value: unknown): Partial<BigipFaults> | string {
  return readRules(faultNames, value);
}
