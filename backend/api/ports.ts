/**
 * What the API needs beside the read models of `report`: who asks, what may be configured, what may be done, what was done.
 * Everything throws `ProblemError` and nothing else. Models are those of `contract/`.
 */
import type { Fault } from '../model/fault.ts';
import type { Act, Person, Role } from '../model/person.ts';
import type {
  ApiTokenModel,
  ClaimRequest,
  CreatedToken,
  SessionModel,
  SignInRequest,
  SignInWays,
} from './contract/access.ts';
import type { AddressPage, AddressQuery } from './contract/addresses.ts';
import type {
  Collection,
  ConfigurationModel,
  DifferenceLine,
  EntryModel,
  ImportPreview,
  VersionModel,
} from './contract/configuration.ts';
import type { HistoryPage, HistoryQuery, HolderModel } from './contract/history.ts';
import type { KubeconfigModel, TestReport, TestSubject } from './contract/tests.ts';
import type { PreviewModel } from './contract/preview.ts';

export interface Asset {
  readonly body: Uint8Array;
  /** Value of Content-Type. */
  readonly type: string;
  /** The name carries a digest of the content: it may be kept for ever. */
  readonly immutable: boolean;
}

/** Files of the page, by path below the base: `index.html`, `main-AB12.js`. */
export type Assets = ReadonlyMap<string, Asset>;

/** Where faults of ours, and acts, are logged; pino's logger is one. */
export interface ApiLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Readiness {
  readonly ready: boolean;
  /** What is waited for, in plain words. */
  readonly detail: string;
}

/** What a request brings that may say who asks. */
export interface Credentials {
  /** Of the cookie. */
  readonly session?: string | undefined;
  /** Of `Authorization: Bearer`: a session or an API token. */
  readonly bearer?: string | undefined;
  /** Of the headers `DevCookie` and `APIC-challenge`, as App Center gives them to the page. */
  readonly appCenter?: { readonly token: string; readonly challenge: string | undefined } | undefined;
}

export interface StartedSession extends SessionModel {
  /** The secret by which requests of it are known: 256 bits, base64url. */
  readonly session: string;
}

/** Who may do what. Implemented by `access/`. */
export interface Access {
  /**
   * Who asks. undefined: nobody; wrong credentials are nobody too. Throws `access.unavailable` when it cannot be checked
   * now. `passing`: an open stream asks whether it may go on; that keeps no session from ending for want of use.
   */
  identify(credentials: Credentials, use?: 'passing'): Promise<Person | undefined>;
  /** Whether `identify` would ask a fabric about somebody whom nobody has met: that is paced as an attempt to sign in. */
  isStranger(credentials: Credentials): boolean;
  /** When the session ends whose secret the credentials carry, milliseconds since the epoch; null: they carry none. */
  endsAt(credentials: Credentials): number | null;
  /** How one may sign in, and whether the first administrator has yet to be made. */
  ways(): SignInWays;
  /** `from`: the peer's address, for the lock-out. Throws `access.denied`, `access.locked`, `access.unavailable`. */
  signIn(request: SignInRequest, from: string): Promise<StartedSession>;
  /** Makes the local administrator with the one-time code of the log. Throws `access.denied`, `access.locked`. */
  claim(request: ClaimRequest, from: string): Promise<StartedSession>;
  /** Ends the session that the credentials carry, if any. */
  signOut(credentials: Credentials): void;
  /** Of the local administrator; ends their sessions but the one that `kept` carries. Throws `access.denied`, `access.locked`. */
  changePassword(
    change: { readonly current: string; readonly next: string },
    by: Person,
    kept: Credentials,
  ): Promise<void>;
  tokens(): readonly ApiTokenModel[];
  /** The token itself is told this once. */
  createToken(
    wanted: { readonly name: string; readonly role: Role; readonly days: number },
    by: Person,
  ): CreatedToken;
  /** Throws `request.not-found`. */
  revokeToken(id: string): void;
  /** Called after somebody ended sessions or tokens: what goes on by one asks `identify` again. Returns what ends the calls. */
  onEnd(listener: () => void): () => void;
}

/** What the writer read before: an entry's tag, `*` (it must not exist), or nothing (refused with `config.condition`). */
export type Condition = { readonly tag: string } | { readonly absent: true } | undefined;

/**
 * The document as it is edited. What is written is checked whole before anything changes: `config.invalid` carries every fault.
 * A change is on the disk, and takes effect, before the promise resolves.
 */
export interface Configuration {
  current(): ConfigurationModel;
  /** Throws `request.not-found`. */
  entry(collection: Collection, name: string): EntryModel;
  put(collection: Collection, entry: unknown, edit: Edit & { readonly name: string }): Promise<EntryModel>;
  remove(collection: Collection, edit: Edit & { readonly name: string }): Promise<void>;
  /** Their tag and who changed them; the name is `settings`. */
  settings(): EntryModel;
  putSettings(settings: unknown, edit: Edit): Promise<EntryModel>;
  /** The whole, as YAML or JSON text; `edit.condition` has the tag of `current()`. */
  replace(text: string, edit: Edit): Promise<ConfigurationModel>;
  /** What `replace` would change, or why it would refuse. */
  preview(text: string): ImportPreview;
  /** As YAML; secrets as references. */
  exported(): string;
  /** Newest first. */
  versions(): readonly VersionModel[];
  /** What it says, and how that differs from what is declared now. Throws `request.not-found`. */
  version(revision: number): { readonly text: string; readonly difference: readonly DifferenceLine[] };
  restore(revision: number, edit: Edit): Promise<ConfigurationModel>;
  /** A new key; every stored secret is sealed with it. */
  rotateKey(by: Person): Promise<void>;
}

export interface Edit {
  readonly condition: Condition;
  readonly by: Person;
}

/** What a person may do while it runs. Each is written to the ledger before it takes effect. */
export interface Acts {
  /** The first plan of a mapping (no fingerprint), or exactly what waits under the fingerprint. Returns what was done, in words. */
  approve(mapping: string, fingerprint: string | undefined, by: Person): string;
  /** What waits under the fingerprint goes on being held, and asks nobody any more, until it is something else. */
  refuse(mapping: string, fingerprint: string, by: Person & { readonly reason: string }): string;
  setPaused(paused: boolean, by: Person): string;
  /** The one that answers now under this name is the right one. Throws `request.identity` where it is known to be another. */
  confirmIdentity(name: string, identity: string, by: Person): string;
  /** Reads a source or system again now. Throws `request.not-found`. */
  resync(name: string): string;
}

/** What a mapping would do, without saving it. Pure: nothing is read anew, nothing is remembered. */
export interface Previews {
  /** `replaces`: the name of the mapping that it takes the place of; undefined: of the one of its own name, if any. */
  preview(mapping: unknown, replaces: string | undefined): Promise<PreviewModel>;
}

/** Test buttons. Each step is tried even when one before it failed, as far as that makes sense. */
export interface Tests {
  run(subject: TestSubject, by: Person, signal: AbortSignal): Promise<TestReport>;
  /** What is wrong with the entry as it would be saved; nothing is asked of the system. */
  check(subject: TestSubject): readonly Fault[];
  /** What a kubeconfig says, without running anything of it or reading a file that it names. Throws `config.invalid`. */
  readKubeconfig(text: string): KubeconfigModel;
  /** The least that a cluster must allow, as a manifest to apply. */
  clusterManifest(): string;
}

/** Everything that was. Reading it may fail: `store.unwritable`, `store.unreadable`. */
export interface HistoryReader {
  search(query: HistoryQuery): Promise<HistoryPage>;
  /** Who held the address at the time, milliseconds since the epoch; undefined: every holder there was. */
  holders(address: string, at: number | undefined): Promise<readonly HolderModel[]>;
}

/** Takes down what people did. Never throws, never waits. */
export interface Audit {
  act(act: Act): void;
}

export interface AddressReader {
  addresses(query: AddressQuery): AddressPage;
}
