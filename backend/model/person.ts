/**
 * Who acts. Every act, by whichever face, has a person behind it.
 */

/** viewer: look. operator: also approve, refuse, pause, confirm. admin: also configure, and give access. Each includes the one before. */
export type Role = 'viewer' | 'operator' | 'admin';

const ranks: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 };

/** Whether who has `role` may do what takes `needed`. */
export function mayAct(role: Role, needed: Role): boolean {
  return ranks[role] >= ranks[needed];
}

/** How a person became known. `commandLine`: whoever may write to the data directory. */
export type Via = 'local' | 'apic' | 'appCenter' | 'token' | 'anonymous' | 'commandLine';

export interface Person {
  /** As they are shown: `admin`, `alice (dc1)`, `token ci`. */
  readonly name: string;
  readonly role: Role;
  readonly via: Via;
}

/** What a person did, or tried to: one line of the audit. */
export interface Act {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly person: string;
  readonly via: Via;
  /** Where the request came from; empty: this machine's command line. */
  readonly from: string;
  /** `approve`, `save mapping`, `sign in` … */
  readonly verb: string;
  /** What it was done to: `mapping shop`, `cluster prod-a`; empty where there is nothing to name. */
  readonly object: string;
  /** Its code where it was refused; `done` where it was not. */
  readonly result: string;
  /** What is worth knowing beyond: a fingerprint, a reason. Never a secret. */
  readonly detail: string;
}

/** Within bounds, and one line, so that nobody can make up lines of the log. */
export function asTakenDown(act: Act): Act {
  return {
    ...act,
    person: printable(act.person, 64),
    object: printable(act.object, 200),
    detail: printable(act.detail, 500),
  };
}

function printable(text: string, most: number): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, '\u{fffd}').slice(0, most);
}
