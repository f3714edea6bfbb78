/** Is it the right one, and what does a person do who wants it trusted? */
import type { CertificateModel, TestStep } from '../api/contract/tests.ts';
import { bad, good, listed, skipped, warning } from './step.ts';
import type { CertificateFacts, Reading } from './ports.ts';

/** What the entry says of trust. */
export type TrustKind = 'ca' | 'pin' | 'system' | 'remembered';

export interface CertificateCase {
  readonly trust: TrustKind;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface Shown {
  readonly at: string;
  readonly certificate: CertificateFacts;
}

const dayMs = 86_400_000;
const soonMs = 30 * dayMs;
const compare =
  'Compare the fingerprint with the one that the system itself shows; where they are the same, pin this certificate.';

/** Of each address that showed one. */
export function certificateStep(readings: readonly Reading[], of: CertificateCase): TestStep {
  const all = readings.filter((each): each is Shown => 'certificate' in each);
  const [first] = all;
  if (first === undefined) return skipped('certificate', 'Nothing showed one.');
  const refused = all.find(({ certificate }) => certificate.refusal !== undefined);
  if (refused !== undefined) return refusal(refused, of);
  const ending = all.find(({ certificate }) => certificate.validTo - of.now < soonMs);
  if (ending === undefined) return good('certificate', trustedText(first, of));
  return warning(
    'certificate',
    `${trustedText(ending, of)}; it expires on ${day(ending.certificate.validTo)}`,
    'Have it renewed in time. A renewed certificate that was pinned has to be pinned anew.',
  );
}

function trustedText({ certificate: { subject } }: Shown, { trust }: CertificateCase): string {
  const by = {
    ca: 'by the CA given',
    pin: 'it is the pinned one',
    system: 'by a CA that this machine knows',
    remembered: 'it is what the APIC on which this runs shows',
  };
  return `${subject} is trusted: ${by[trust]}`;
}

function refusal(shown: Shown, of: CertificateCase): TestStep {
  const { at, certificate } = shown;
  const { detail, next } = timeFault(certificate, of) ?? nameFault(shown) ?? chainFault(certificate, of);
  return bad('certificate', `${at} shows ${certificate.subject}: ${detail}`, next);
}

interface Judged {
  readonly detail: string;
  readonly next: string;
}

/** An expired one cannot be pinned either. */
function timeFault({ validFrom, validTo }: CertificateFacts, { now }: CertificateCase): Judged | undefined {
  if (now > validTo)
    return {
      detail: `it expired on ${day(validTo)}`,
      next: 'Have it renewed on the system; check also the clock of this machine.',
    };
  if (now >= validFrom) return undefined;
  return {
    detail: `it is not valid before ${day(validFrom)}`,
    next: 'Check the clocks of this machine and of the system.',
  };
}

function nameFault({ at, certificate: { refusal, names } }: Shown): Judged | undefined {
  if (refusal !== 'ERR_TLS_CERT_ALTNAME_INVALID') return undefined;
  const host = at.replace(/:\d+$/, '');
  const its = names.length === 0 ? 'no name at all' : listed(names.slice(0, 6));
  return {
    detail: `it is for ${its}, not for ${host}`,
    next: `Give the address by a name that it is for. Otherwise: ${compare}`,
  };
}

function chainFault({ selfSigned, rootIssuer }: CertificateFacts, { trust }: CertificateCase): Judged {
  if (trust === 'pin')
    return {
      detail: 'it is not the pinned one',
      next: `If the certificate was renewed: ${lower(compare)} If not, something else answers in its place.`,
    };
  if (selfSigned) return { detail: 'it signed itself, so no CA vouches for it', next: compare };
  if (trust === 'ca')
    return {
      detail: `the CA given did not sign it; the one that did is ${rootIssuer}`,
      next: `Give the certificate of that CA. Otherwise: ${compare}`,
    };
  return {
    detail: `${rootIssuer} signed it, whom this machine does not know`,
    next: `Give the certificate of that CA. Otherwise: ${compare}`,
  };
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

function day(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 10) : 'an unknown day';
}

export function certificateModel(readings: readonly Reading[]): CertificateModel | null {
  const shown = readings.filter((each): each is Shown => 'certificate' in each);
  // The one that a person has to look at, where there is one.
  const chosen = shown.find(({ certificate }) => certificate.refusal !== undefined) ?? shown[0];
  if (chosen === undefined) return null;
  const { subject, issuer, names, validFrom, validTo, fingerprint, selfSigned, pem, refusal } =
    chosen.certificate;
  const trusted = refusal === undefined;
  return { subject, issuer, names, validFrom, validTo, fingerprint, selfSigned, trusted, pem };
}
