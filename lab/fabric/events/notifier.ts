/**
 * Tells subscribers what changed: one frame for each object, a moment after the reply to the write. Nothing about
 * order or delivery is promised, and the faults make use of that.
 */
import type { LabClock } from '../../clock.ts';
import type { Faults } from '../faults.ts';
import type { Mo } from '../model/mo.ts';
import type { Session } from '../session/sessions.ts';
import type { Stats } from '../stats.ts';
import type { Commit } from '../store.ts';
import type { Change } from '../write/transaction.ts';
import { timestamp } from '../../clock.ts';
import type { Sockets } from './sockets.ts';
import type { Subscriptions } from './subscriptions.ts';

interface Frame {
  readonly session: Session;
  readonly text: string;
}

export interface NotifierParts {
  readonly clock: LabClock;
  readonly faults: Faults;
  readonly stats: Stats;
  readonly subscriptions: Subscriptions;
  readonly sockets: Sockets;
  readonly delayMs: number;
}

export class Notifier {
  readonly #parts: NotifierParts;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  announce({ changes, at }: Commit): void {
    if (this.#parts.subscriptions.live === 0) return;
    const frames = changes.flatMap((change) => this.#frames(change, timestamp(at)));
    if (frames.length === 0) return;
    this.#later(this.#parts.delayMs, this.#disturb(frames));
  }

  #frames(change: Change, modTs: string): Frame[] {
    const matched = this.#parts.subscriptions.match(change.mo);
    if (matched.size === 0) return [];
    const imdata = JSON.stringify([
      { [change.mo.meta.name]: { attributes: eventAttributes(change, modTs) } },
    ]);
    return [...matched].map(([session, ids]) => ({
      session,
      text: `{"subscriptionId":${JSON.stringify(ids)},"imdata":${imdata}}`,
    }));
  }

  #later(delayMs: number, frames: readonly Frame[]): void {
    if (frames.length === 0) return;
    this.#parts.clock.after(delayMs, () => {
      for (const frame of frames) this.#deliver(frame);
    });
  }

  #deliver({ session, text }: Frame): void {
    const { faults, sockets, stats } = this.#parts;
    if (faults.take('dropSocket')) return sockets.drop(session);
    stats.notification();
    sockets.send(session, text);
  }

  /** Loses, doubles, delays and reorders as the faults say; returns what goes out in time. */
  #disturb(frames: readonly Frame[]): Frame[] {
    const { faults } = this.#parts;
    const inTime: Frame[] = [];
    for (const frame of frames) {
      if (faults.take('notificationsLost')) continue;
      const late = faults.take('notificationsLate');
      if (late) {
        this.#later(late.ms ?? 1000, [frame]);
        continue;
      }
      inTime.push(frame);
      if (faults.take('notificationsDoubled')) inTime.push(frame);
    }
    return faults.take('notificationsReordered') ? inTime.reverse() : inTime;
  }
}

/** `created` shows everything, `modified` only what changed, `deleted` only the name. */
function eventAttributes({ kind, mo, before }: Change, modTs: string): Record<string, string> {
  const shown = kind === 'created' ? mo.meta.shown : kind === 'modified' ? Object.keys(before) : [];
  const values = shown
    .filter((prop) => mo.meta.shown.includes(prop))
    .map((prop): [string, string] => [prop, mo.get(prop)]);
  return { ...Object.fromEntries(values), ...envelope(mo, modTs), status: kind };
}

function envelope(mo: Mo, modTs: string): Record<string, string> {
  return { childAction: '', dn: mo.dn, modTs, rn: '' };
}
