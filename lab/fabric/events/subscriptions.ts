/** Subscriptions: queries that stay, each belonging to one session, each with a life that its client extends. */
import type { LabClock } from '../../clock.ts';
import { isWithin, splitLast } from '../model/dn.ts';
import { errors } from '../model/errors.ts';
import type { Mo } from '../model/mo.ts';
import type { QueryParameters } from '../query/parameters.ts';
import type { Scope } from '../query/query.ts';
import type { Session } from '../session/sessions.ts';

interface Subscription {
  readonly id: string;
  readonly session: Session;
  readonly scope: Scope;
  readonly parameters: QueryParameters;
  expiresAt: number;
}

const defaultLifeSeconds = 60;
const longestLifeSeconds = 36_000;
/** Notifications go on for a while after a refresh was missed; only the refresh is refused at once. */
const lazySeconds = 30;
const firstId = 2n ** 56n;

export class Subscriptions {
  readonly #clock: LabClock;
  readonly #byId = new Map<string, Subscription>();
  #count = 0;

  constructor(clock: LabClock) {
    this.#clock = clock;
  }

  get live(): number {
    return this.#byId.size;
  }

  add(session: Session, scope: Scope, parameters: QueryParameters): string {
    this.#count += 1;
    const id = String(firstId + (BigInt(session.number) << 32n) + BigInt(this.#count));
    const expiresAt = this.#expiry(parameters.refreshTimeoutSeconds);
    this.#byId.set(id, { id, session, scope, parameters, expiresAt });
    this.#sweepAt(expiresAt);
    return id;
  }

  /** Leading digits name the subscription; what follows them is ignored. */
  refresh(idText: string, timeoutSeconds: number | undefined): void {
    const id = /^\d+/.exec(idText)?.[0] ?? '';
    const subscription = this.#byId.get(id);
    if (subscription === undefined || subscription.expiresAt < this.#clock.now()) {
      this.#byId.delete(id);
      throw errors.badRequest('Subscription refresh timeout');
    }
    subscription.expiresAt = this.#expiry(timeoutSeconds ?? subscription.parameters.refreshTimeoutSeconds);
    this.#sweepAt(subscription.expiresAt);
  }

  /** Ids of the subscriptions that want to hear of `mo`, by session. */
  match(mo: Mo): Map<Session, string[]> {
    const found = new Map<Session, string[]>();
    for (const subscription of this.#byId.values()) {
      if (!matches(subscription, mo)) continue;
      const ids = found.get(subscription.session);
      if (ids) ids.push(subscription.id);
      else found.set(subscription.session, [subscription.id]);
    }
    return found;
  }

  drop(id: string): void {
    this.#byId.delete(id);
  }

  dropSession(session: Session): void {
    for (const { id, session: owner } of this.#byId.values()) if (owner === session) this.#byId.delete(id);
  }

  #expiry(seconds = defaultLifeSeconds): number {
    return this.#clock.now() + Math.min(seconds, longestLifeSeconds) * 1000;
  }

  #sweepAt(expiresAt: number): void {
    const wait = expiresAt - this.#clock.now() + lazySeconds * 1000;
    this.#clock.after(wait, () => {
      const limit = this.#clock.now() - lazySeconds * 1000;
      for (const { id, expiresAt: end } of this.#byId.values()) if (end <= limit) this.#byId.delete(id);
    });
  }
}

function matches({ scope, parameters }: Subscription, mo: Mo): boolean {
  const { targetClasses, filter } = parameters;
  if (targetClasses && !targetClasses.has(mo.meta.name)) return false;
  const inScope =
    scope.kind === 'mo' ? inDnScope(scope.dn, parameters, mo) : inClassScope(scope.className, parameters, mo);
  return inScope && (filter === undefined || filter(mo));
}

function inDnScope(dn: string, { target }: QueryParameters, mo: Mo): boolean {
  if (target === 'self') return mo.dn === dn;
  return target === 'children' ? splitLast(mo.dn).parent === dn : isWithin(mo.dn, dn);
}

function inClassScope(className: string, { target }: QueryParameters, mo: Mo): boolean {
  if (target === 'self') return mo.meta.name === className;
  if (target === 'children') return mo.parent?.meta.name === className;
  for (let one: Mo | undefined = mo; one; one = one.parent) if (one.meta.name === className) return true;
  return false;
}
