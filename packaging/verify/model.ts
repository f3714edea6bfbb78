/** What rules are asked about, and what they answer. */

export interface Unpacked {
  /** The name of the package's one top folder. */
  readonly top: string;
  /** Other entries beside the top folder: a signature. */
  readonly beside: readonly string[];
  /** Files by their path below the top folder. */
  readonly files: ReadonlyMap<string, PackedFile>;
  /** Folders below the top folder, with or without an entry of their own. */
  readonly folders: ReadonlySet<string>;
  /** app.json; undefined when it is absent or not a JSON object. */
  readonly manifest: Readonly<Record<string, unknown>> | undefined;
  /** By path: what the archives in `Image/` hold. */
  readonly images: ReadonlyMap<string, ImageArchive>;
  /** The release that is asked to install it, as `5.2(1g)`. */
  readonly running?: string | undefined;
}

export interface PackedFile {
  readonly body: Buffer;
  /** Permission bits; 0 when the archive does not say. */
  readonly mode: number;
}

/** An archive that cannot be read has no names. */
export interface ImageArchive {
  readonly names: readonly string[];
  /** Of `manifest.json`: the image's settings and layers by their names in the archive. */
  readonly manifest?: { readonly config: string; readonly layers: readonly string[] } | undefined;
  readonly platform?: string | undefined;
  /** How many images it holds; the rest is about the first. */
  readonly count?: number | undefined;
  /** By which it is loaded, as `vendor/app:1.0`. */
  readonly tags?: readonly string[] | undefined;
  /** How it starts; undefined when the archive lacks its settings. */
  readonly start?: ImageStart | undefined;
}

export interface ImageStart {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** As `user`, `user:group`, or empty: root. */
  readonly user: string;
}

/** What a rule found wrong. */
export interface Fault {
  /** Below the top folder; of a field of app.json: `app.json#field`. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

export interface Finding extends Fault {
  readonly code: number;
}

/** `apic`: checked at upload, and by the store too. `store`: checked only where apps are published. */
export type Mode = 'apic' | 'store';

export interface Rule {
  readonly code: number;
  readonly on: Mode;
  readonly check: (unpacked: Unpacked) => readonly Fault[];
}
