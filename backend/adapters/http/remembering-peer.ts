/**
 * A peer whose certificate nobody could compare beforehand: what it shows at first contact is expected from then on, and when it shows
 * another one, that is told and expected in its place. Between the two, every connection is held to the one that was told. So whoever can
 * answer in the peer's place is believed, and is sent all that the peer would be sent: only a memory with `confirmBy` refuses.
 *
 * For the one peer that whoever runs us has put beside us, on a network of this machine alone; anywhere else with `confirmBy` only.
 */
import { X509Certificate } from 'node:crypto';
import { readCertificate } from './certificate.ts';
import { PeerError, pinMismatch } from './peer-error.ts';
import type { Peer, PeerRequest, PeerResponse } from './peer-port.ts';
import { tlsOptions, type CertificateMemory } from './trust.ts';

export interface RememberingOptions {
  readonly baseUrl: string;
  readonly memory: CertificateMemory;
  /** A peer that is held to this certificate. */
  readonly connect: (pinPem: string) => Peer;
}

interface Present {
  readonly pem: string;
  readonly peer: Peer;
}

const readMs = 10_000;

export function rememberingPeer({ baseUrl, memory, connect }: RememberingOptions): Peer {
  let present: Present | undefined;
  const adopt = (pem: string): Present => {
    if (present?.pem === pem) return present;
    void present?.peer.close().catch(() => undefined);
    present = { pem, peer: connect(pem) };
    return present;
  };
  /** Throws PeerError: nothing shows a certificate there, or one that a person has to confirm. */
  const look = async (signal = new AbortController().signal): Promise<Present> => {
    const trust = { system: true } as const;
    const reading = await readCertificate({ url: baseUrl, trust, signal, timeoutMs: readMs });
    if ('failure' in reading) throw new PeerError('unreachable', '', `${reading.at}: ${reading.detail}`);
    const { pem } = reading.certificate;
    const expected = memory.pem();
    if (pem !== expected) {
      // Asked here, not before the reading: two first contacts may run at once, and the second is no first one any more.
      if (expected !== undefined && memory.confirmBy !== undefined)
        throw unconfirmed(pem, expected, memory.confirmBy);
      memory.shown(pem);
    }
    return adopt(pem);
  };
  const known = async (signal?: AbortSignal): Promise<Present> => {
    const pem = memory.pem();
    return pem === undefined ? look(signal) : adopt(pem);
  };
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    get tls() {
      return present?.peer.tls ?? tlsOptions({ remembered: memory });
    },
    async request(method: string, path: string, options: PeerRequest = {}): Promise<PeerResponse> {
      const { pem, peer } = await known(options.signal);
      try {
        return await peer.request(method, path, options);
      } catch (thrown) {
        if (!(thrown instanceof PeerError) || thrown.reason !== 'untrusted') throw thrown;
        // Nothing was sent: the handshake had not ended.
        const shown = await look(options.signal);
        if (shown.pem === pem) throw thrown;
        return shown.peer.request(method, path, options);
      }
    },
    async close() {
      await present?.peer.close();
    },
  };
}

function unconfirmed(shown: string, expected: string, confirmBy: string): PeerError {
  const [now, before] = [shown, expected].map((pem) => new X509Certificate(pem).fingerprint256);
  const message = `the certificate shown has the fingerprint ${now}, at first contact it was ${before}: ${confirmBy}`;
  return new PeerError('untrusted', pinMismatch, message);
}
