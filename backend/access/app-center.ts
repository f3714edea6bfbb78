/**
 * Whoever looks at the page inside the fabric's own GUI: the GUI gives the page a token, and the fabric tells whose it is. What
 * it told holds for a while, and one question at a time is asked about one token. Neither token nor challenge is kept.
 */
import { LRUCache } from 'lru-cache';
import type { Clock } from '../model/clock.ts';
import { digest } from '../model/digest.ts';
import { Gate } from './gate.ts';
import { perfOf } from './perf.ts';
import type { FabricUser, FabricUsers } from './ports.ts';

export interface GuiToken {
  readonly token: string;
  readonly challenge: string | undefined;
}

/** Somebody, of the fabric that knows them; or nobody. */
export type GuiUser = (FabricUser & { readonly fabric: string }) | 'nobody';

const somebodyForMs = 60_000;
const nobodyForMs = 5000;
const checkMs = 10_000;
const most = 1000;

export class AppCenterUsers {
  readonly #known: LRUCache<string, GuiUser>;
  /** Tokens that were somebody's once: they are asked about again and again. */
  readonly #met = new LRUCache<string, true>({ max: most });
  readonly #asked = new Map<string, Promise<GuiUser>>();
  /** Tokens cost nothing to invent: the fabric is asked about few of them at once. */
  readonly #gate = new Gate({
    atOnce: 4,
    waiting: 64,
    refusal: { code: 'access.unavailable', detail: 'too many sign-ins are being checked with the fabric' },
  });

  constructor(clock: Clock) {
    this.#known = new LRUCache({ max: most, ttl: somebodyForMs, ttlResolution: 0, perf: perfOf(clock) });
  }

  /** Whether the fabric would be asked about a token that never was anybody's. */
  isStranger(gui: GuiToken, users: FabricUsers): boolean {
    const key = keyOf(gui, users);
    return this.#known.get(key) === undefined && !this.#asked.has(key) && !this.#met.has(key);
  }

  /** Throws `access.unavailable`. */
  async whoHas(gui: GuiToken, users: FabricUsers): Promise<GuiUser> {
    const key = keyOf(gui, users);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const asked = this.#asked.get(key) ?? this.#ask(key, gui, users);
    this.#asked.set(key, asked);
    return asked;
  }

  async #ask(key: string, { token, challenge }: GuiToken, users: FabricUsers): Promise<GuiUser> {
    try {
      const found = await this.#gate.through(() =>
        users.whoHas(token, challenge, AbortSignal.timeout(checkMs)),
      );
      const user: GuiUser = found === undefined ? 'nobody' : { ...found, fabric: users.fabric };
      if (user !== 'nobody') this.#met.set(key, true);
      this.#known.set(key, user, { ttl: user === 'nobody' ? nobodyForMs : somebodyForMs });
      return user;
    } finally {
      this.#asked.delete(key);
    }
  }
}

function keyOf({ token, challenge }: GuiToken, { fabric }: FabricUsers): string {
  return digest(JSON.stringify([fabric, token, challenge]));
}
