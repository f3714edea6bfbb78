/**
 * The certificates that the APIC beside us showed: `app-center.json` of the data directory. The last one is expected; one that was never
 * seen is told, unless it is the first.
 */
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { CertificateMemory } from '../../backend/adapters/http/trust.ts';
import { problem, problemOf, type Problem } from '../../backend/model/problems.ts';
import type { Disk } from '../../backend/store/file/disk.ts';
import { openJsonFile, type JsonFile } from '../../backend/store/file/json-file.ts';
import { refuseNewer } from '../../backend/store/formats.ts';
import type { Logger } from '../logging.ts';

const schema = z.strictObject({
  version: z.literal(1),
  /** The last one is what is expected. */
  certificates: z.array(z.strictObject({ fingerprint: z.string(), pem: z.string(), at: z.number() })),
});
type Stored = z.infer<typeof schema>;

/** Where they are kept. */
export interface CertificatesPlace {
  readonly dataDir: string;
  /** What is written goes there. */
  readonly disk?: Disk;
  /** Another process may own the directory: nothing is written. */
  readonly lookOnly?: boolean;
}

export interface RememberedCertificates extends CertificateMemory {
  /**
   * Reads what is kept, and keeps there what is shown from now on. Until then they are in memory alone, so the directory is locked, and its
   * formats are checked, before. Throws `store.newer` where a newer version wrote the directory, and nothing is touched; nothing else:
   * without the file the certificate is one of a first contact.
   */
  keepIn(place: CertificatesPlace): void;
  /** Another one than ever before was shown since the start; the file was damaged, or could not be written the last time. */
  problems(): readonly Problem[];
  onProblem(listener: () => void): void;
}

/** An APIC cluster has no more members than this, with what each had before. */
const most = 32;

const retryMs = 5000;

export function rememberCertificates(log: Pick<Logger, 'info' | 'warn'>): RememberedCertificates {
  return new Certificates(log);
}

class Certificates implements RememberedCertificates {
  readonly #log: Pick<Logger, 'info' | 'warn'>;
  readonly #listeners: (() => void)[] = [];
  #certificates: Stored['certificates'] = [];
  #file: JsonFile<Stored> | undefined;
  #isKept = false;
  #unread: Problem | undefined;
  #changed: Problem | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(log: Pick<Logger, 'info' | 'warn'>) {
    this.#log = log;
  }

  keepIn({ dataDir, disk, lookOnly = false }: CertificatesPlace): void {
    refuseNewer(dataDir);
    const options = { whenUnreadable: 'empty', disk, lookOnly } as const;
    try {
      this.#file = openJsonFile(join(dataDir, 'app-center.json'), schema, empty, options);
    } catch (thrown) {
      this.#unread = problemOf(thrown);
    }
    this.#isKept = !lookOnly;
    this.#certificates = this.#file?.value.certificates ?? [];
    const found = this.#unread ?? this.#file?.damage;
    if (found !== undefined)
      this.#log.warn({ ...found }, 'the certificates of the APIC were not found as they were left');
  }

  pem(): string | undefined {
    return this.#certificates.at(-1)?.pem;
  }

  shown(pem: string): void {
    const { fingerprint256: fingerprint } = new X509Certificate(pem);
    const before = this.#certificates.at(-1)?.fingerprint;
    const isKnown = this.#certificates.some((each) => each.fingerprint === fingerprint);
    const others = this.#certificates.filter((each) => each.fingerprint !== fingerprint);
    this.#certificates = [...others, { fingerprint, pem, at: Date.now() }].slice(-most);
    this.#save();
    if (before === undefined || isKnown) {
      this.#log.info(
        { fingerprint },
        before === undefined ? 'first contact with the APIC' : 'at another APIC, seen before',
      );
      return;
    }
    this.#changed = problem('app-center.certificate', `it was ${before}, and is ${fingerprint}`);
    this.#log.warn({ ...this.#changed }, 'the APIC shows another certificate');
    this.#tell();
  }

  problems(): readonly Problem[] {
    const { damage, unwritten } = this.#file ?? {};
    return [this.#changed, this.#unread, damage, unwritten].filter((each) => each !== undefined);
  }

  onProblem(listener: () => void): void {
    this.#listeners.push(listener);
  }

  #save(): void {
    const file = this.#file;
    if (file === undefined || !this.#isKept) return;
    const before = file.unwritten;
    try {
      file.change(() => ({ version: 1, certificates: this.#certificates }));
    } catch {
      // `unwritten` says why.
    }
    clearTimeout(this.#retry);
    if (file.unwritten !== undefined) this.#retry = setTimeout(() => this.#save(), retryMs).unref();
    if (file.unwritten?.code === before?.code) return;
    if (file.unwritten !== undefined)
      this.#log.warn({ ...file.unwritten }, 'the certificate of the APIC is in memory alone');
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function empty(): Stored {
  return { version: 1, certificates: [] };
}
