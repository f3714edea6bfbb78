/**
 * Who is there. Requests that nobody may make any more wait here until somebody has signed in.
 */
import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type {
  ClaimRequest,
  PersonModel,
  RoleModel,
  SignInRequest,
  WhoModel,
} from '../../backend/api/contract/access.ts';
import { mayDo } from '../logic/roles.ts';
import type { Requests } from './requests.ts';

export interface Session {
  /** undefined until it was asked. */
  readonly who: ReadonlySignal<WhoModel | undefined>;
  /** Whoever counts as signed in, be it as nobody in particular. */
  readonly person: ReadonlySignal<PersonModel | undefined>;
  /** Somebody has to sign in before anything goes on. */
  readonly wanted: ReadonlySignal<boolean>;
  may(role: RoleModel): boolean;
  /** Throws RequestProblem. */
  load(): Promise<void>;
  signIn(request: SignInRequest): Promise<void>;
  claim(request: ClaimRequest): Promise<void>;
  signOut(): Promise<void>;
  /** To become somebody else than nobody in particular. */
  ask(): void;
  /** Back to what one was, where that was somebody. */
  cancel(): void;
}

export interface SessionWithDoor extends Session {
  /** Resolves when somebody has signed in. */
  readonly signedIn: () => Promise<void>;
  /** Signing out is under way: the server ends what is followed before it answers, and nothing is to be asked anew. */
  readonly leaving: ReadonlySignal<boolean>;
}

export function createSession(requests: () => Requests): SessionWithDoor {
  const who = signal<WhoModel | undefined>(undefined);
  const lost = signal(false);
  const leaving = signal(false);
  const asked = signal(false);
  // What one was stays shown while one signs in again, so that nothing of the page is lost.
  let before: PersonModel | undefined;
  const person = computed(() => personOf(who.value) ?? (lost.value ? before : undefined));
  let waiting: (() => void)[] = [];
  const load = async (): Promise<void> => {
    who.value = await requests().who();
  };
  const enter = async (): Promise<void> => {
    await load();
    lost.value = false;
    asked.value = false;
    for (const go of waiting.splice(0)) go();
  };
  return {
    who,
    person,
    wanted: computed(
      () => asked.value || lost.value || (who.value !== undefined && person.value === undefined),
    ),
    may: (role) => mayDo(person.value, role),
    load,
    async signIn(request) {
      await requests().signIn(request);
      await enter();
    },
    async claim(request) {
      await requests().claim(request);
      await enter();
    },
    leaving,
    async signOut() {
      leaving.value = true;
      try {
        await requests().signOut();
        lost.value = false;
        await load();
      } finally {
        leaving.value = false;
      }
    },
    ask: () => void (asked.value = true),
    cancel: () => void (asked.value = false),
    signedIn() {
      if (!lost.peek()) before = person.peek();
      lost.value = true;
      // How one may sign in may have changed since the page was opened.
      void load().catch(() => undefined);
      return new Promise((resolve) => {
        waiting = [...waiting, resolve];
      });
    },
  };
}

function personOf(who: WhoModel | undefined): PersonModel | undefined {
  if (who === undefined) return undefined;
  if (who.person !== null) return who.person;
  const { anonymous } = who.ways;
  return anonymous === null ? undefined : { name: 'anonymous', role: anonymous, via: 'anonymous' };
}
