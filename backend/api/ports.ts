/**
 * What the API needs beside the read models. `Authenticator` joins here with access control; until then every route is read-only.
 */
export interface Asset {
  readonly body: Uint8Array;
  /** Value of Content-Type. */
  readonly type: string;
  /** The name carries a digest of the content: it may be kept for ever. */
  readonly immutable: boolean;
}

/** Files of the page, by path below the base: `index.html`, `main-AB12.js`. */
export type Assets = ReadonlyMap<string, Asset>;

/** Where faults of ours are logged; pino's logger is one. */
export interface ApiLog {
  error(fields: object, message: string): void;
}

export interface Readiness {
  readonly ready: boolean;
  /** What is waited for, in plain words. */
  readonly detail: string;
}
