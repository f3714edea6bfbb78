/**
 * The fabric on whose APIC we run, as everybody who speaks to it needs it: where it is, as whom, and what certificate to expect.
 */
import type { AppCredentials } from '../../backend/adapters/apic/credentials.ts';
import type { CertificateMemory } from '../../backend/adapters/http/trust.ts';
import type { Problem } from '../../backend/model/problems.ts';
import { environment } from '../config/options.ts';
import type { Logger } from '../logging.ts';
import { rememberCertificates, type CertificatesPlace } from './certificates.ts';
import { apicUrl } from './gateway.ts';
import { openAppKey, type AppKey } from './key.ts';
import type { AppCenterPlace } from './place.ts';

export interface HostFabricAccess {
  /** Throws `app-center.gateway`. */
  readonly url: () => string;
  readonly credentials: AppCredentials;
  readonly certificates: CertificateMemory;
}

export interface AppCenter extends HostFabricAccess {
  readonly place: AppCenterPlace;
  readonly key: AppKey;
  /** Where certificates are remembered from now on. Throws `store.newer`. */
  readonly keepIn: (place: CertificatesPlace) => void;
  /** Of what people should know. */
  problems(): readonly Problem[];
  onProblem(listener: () => void): void;
}

/** `key`: read before, as root. */
export function openAppCenter(
  place: AppCenterPlace,
  options: { readonly log: Logger; readonly key?: AppKey },
): AppCenter {
  const { log, key = appKey(place, log) } = options;
  const certificates = rememberCertificates(log);
  return {
    place,
    key,
    url: () => apicUrl(environment),
    credentials: key,
    // `pem` and `shown` are taken out of it by who verifies.
    certificates: { pem: () => certificates.pem(), shown: (pem) => certificates.shown(pem) },
    keepIn: (keptIn) => certificates.keepIn(keptIn),
    problems: () => certificates.problems(),
    onProblem: (listener) => certificates.onProblem(listener),
  };
}

export function appKey(place: AppCenterPlace, log: Pick<Logger, 'warn'>): AppKey {
  return openAppKey(place, () =>
    log.warn({ file: place.keyFile }, 'the APIC gave this app another key: it was installed again'),
  );
}
