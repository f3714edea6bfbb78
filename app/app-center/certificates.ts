/**
 * The certificates that the APIC beside us showed: `app-center.json` of the data directory. The last one is expected; one that was never
 * seen is told, unless it is the first.
 */
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { CertificateMemory } from '../../backend/adapters/http/trust.ts';
import { problem, problemOf, type Problem } from '../../backend/model/problems.ts';
import { openJsonFile, type JsonFile } from '../../backend/store/file/json-file.ts';
import type { Logger } from '../logging.ts';

const schema = z.strictObject({
  version: z.literal(1),
  /** The last one is what is expected. */
  certificates: z.array(z.strictObject({ fingerprint: z.string(), pem: z.string(), at: z.number() })),
});
type Stored = z.infer<typeof schema>;

export interface RememberedCertificates extends CertificateMemory {
  /** Another one than ever before was shown since the start. */
  problem(): Problem | undefined;
  onProblem(listener: () => void): void;
}

/** An APIC cluster has no more members than this, with what each had before. */
const most = 32;

/** Never throws: without the file the certificate is one of a first contact. */
export function rememberCertificates(
  dataDir: string,
  log: Pick<Logger, 'info' | 'warn'>,
): RememberedCertificates {
  const file = opened(join(dataDir, 'app-center.json'));
  let { certificates } = file?.value ?? { certificates: [] };
  let changed: Problem | undefined;
  const listeners: (() => void)[] = [];
  const save = (): void => {
    try {
      file?.change(() => ({ version: 1, certificates }));
    } catch (thrown) {
      log.warn(
        { ...problemOf(thrown) },
        'the certificate of the APIC is remembered until the end of this process',
      );
    }
  };
  return {
    pem: () => certificates.at(-1)?.pem,
    shown(pem) {
      const { fingerprint256: fingerprint } = new X509Certificate(pem);
      const before = certificates.at(-1)?.fingerprint;
      const isKnown = certificates.some((each) => each.fingerprint === fingerprint);
      const others = certificates.filter((each) => each.fingerprint !== fingerprint);
      certificates = [...others, { fingerprint, pem, at: Date.now() }].slice(-most);
      save();
      if (before === undefined || isKnown) {
        log.info(
          { fingerprint },
          before === undefined ? 'first contact with the APIC' : 'at another APIC, seen before',
        );
        return;
      }
      changed = problem('app-center.certificate', `it was ${before}, and is ${fingerprint}`);
      log.warn({ ...changed }, 'the APIC shows another certificate');
      for (const listener of listeners) listener();
    },
    problem: () => changed,
    onProblem: (listener) => void listeners.push(listener),
  };
}

function opened(path: string): JsonFile<Stored> | undefined {
  try {
    return openJsonFile(path, schema, () => ({ version: 1 as const, certificates: [] }), {
      whenUnreadable: 'empty',
    });
  } catch {
    return undefined;
  }
}
