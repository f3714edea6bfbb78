/** What can be made to go wrong at the fabric. */
import { FaultRules, readRules, type FaultRule } from '../faults.ts';

/** On requests. */
export const requestFaults = [
  /** 503 with the web server's HTML page. */
  'unavailablePage',
  /** 503 with the APIC's own JSON. */
  'unavailableJson',
  /** 403 although the session is good. */
  'forbidden',
  /** 403 `Token timeout`, and the session really ends. */
  'expiredToken',
  /** The reply comes `ms` later. */
  'slow',
  /** No reply, ever; the connection stays open, until the faults are cleared. */
  'stall',
  /** The connection is closed before any reply. */
  'closed',
  /** The connection breaks half way through the reply. */
  'resetMidReply',
  /** With page-size: fewer objects than the page should hold, totalCount as if all were there. */
  'truncatedPage',
  /** totalCount above 0 and no objects. */
  'emptyPage',
  /** The write is applied, and the reply is 503. */
  'applyThenFail',
  /** The refresh of a subscription is refused, and the subscription is gone. */
  'refusedRefresh',
] as const;

/** On notifications. */
export const notificationFaults = [
  'notificationsLost',
  'notificationsDoubled',
  /** By `ms`, 1000 unless said. */
  'notificationsLate',
  'notificationsReordered',
  /** The socket breaks where a notification should have come. */
  'dropSocket',
] as const;

export type FaultName = (typeof requestFaults)[number] | (typeof notificationFaults)[number];
export type FabricFaults = Record<FaultName, FaultRule>;

export class Faults extends FaultRules<FaultName> {}

/** Reads faults from outside; the text says what is wrong. */
export function readFaults(value: unknown): Partial<FabricFaults> | string {
  return readRules([...requestFaults, ...notificationFaults], value);
}
