/**
 * What monitors find out, and when. A member's monitors begin when it is made, or their rule changes; until they have
 * an answer it is `checking`. Health is as the lab says, healthy unless it says otherwise.
 */
import type { LabClock } from '../../clock.ts';
import { nodePathOf } from '../config/references.ts';
import { parseMonitors } from '../config/monitors.ts';
import type { ConfigObject, Store } from '../config/store.ts';

export type Health = 'up' | 'down';

interface Finding {
  readonly before: Health;
  readonly now: Health;
  /** From when monitors know of it. */
  readonly from: number;
}

export interface Status {
  readonly session: string;
  readonly state: string;
  /** The monitors that look at it, as a rule; undefined: none. */
  readonly rule: string | undefined;
  readonly availability: 'available' | 'offline' | 'unknown';
  readonly enabled: 'enabled' | 'disabled' | 'disabled-by-parent';
}

export class HealthChecks {
  readonly #clock: LabClock;
  readonly #store: Store;
  readonly #delayMs: number;
  readonly #findings = new Map<string, Finding>();

  constructor(clock: LabClock, store: Store, delayMs: number) {
    this.#clock = clock;
    this.#store = store;
    this.#delayMs = delayMs;
  }

  /** `where`: an address, or an address and port as in the name of a member. Monitors notice a little later. */
  set(where: string, health: Health): void {
    const from = this.#clock.now() + this.#delayMs;
    this.#findings.set(where, { before: this.#find(where) ?? 'up', now: health, from });
  }

  ofMember(member: ConfigObject): Status {
    const pool = this.#store.get('pool', member.pool ?? '');
    const node = this.#store.get('node', nodePathOf(member));
    const inherits = member.attributes['monitor'] === 'default';
    const rule = ruleOf(inherits ? pool : member);
    const since = Math.max(member.monitoredSince, inherits ? (pool?.monitoredSince ?? 0) : 0);
    const status = this.#status(member, rule, since);
    return node && isOff(node) && status.enabled === 'enabled'
      ? { ...status, enabled: 'disabled-by-parent' }
      : status;
  }

  ofNode(node: ConfigObject): Status {
    return this.#status(node, ruleOf(node), node.monitoredSince);
  }

  #status(object: ConfigObject, rule: string | undefined, since: number): Status {
    const enabled = isOff(object) ? ('disabled' as const) : ('enabled' as const);
    const written = { session: String(object.attributes['session']), rule, enabled };
    if (object.attributes['state'] === 'user-down')
      return { ...written, state: 'user-down', availability: 'offline' };
    if (rule === undefined) return { ...written, state: 'unchecked', availability: 'unknown' };
    const session = enabled === 'enabled' ? 'monitor-enabled' : written.session;
    if (this.#clock.now() < since + this.#delayMs)
      return { ...written, session, state: 'checking', availability: 'unknown' };
    const address = String(object.attributes['address']);
    const health = this.#find(object.name) ?? this.#find(address) ?? 'up';
    return { ...written, session, state: health, availability: health === 'up' ? 'available' : 'offline' };
  }

  #find(where: string): Health | undefined {
    const finding = this.#findings.get(where);
    return finding && (this.#clock.now() < finding.from ? finding.before : finding.now);
  }
}

export function ruleOf(object: ConfigObject | undefined): string | undefined {
  const rule = object?.attributes['monitor'];
  return typeof rule === 'string' && parseMonitors(rule).length > 0 ? rule : undefined;
}

export function isOff({ attributes }: ConfigObject): boolean {
  return attributes['session'] === 'user-disabled' || attributes['state'] === 'user-down';
}
