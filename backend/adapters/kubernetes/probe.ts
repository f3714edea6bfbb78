/**
 * Asks the API server for one object, apart from the lists and watches that are normally believed. Only the server's own
 * word that this very object is not found counts as gone, and only from the confirmed cluster.
 */
import type { ObjectRef } from '../../model/cluster-records.ts';
import type { Probe } from '../../observe/ports.ts';
import { ApiError } from './api-error.ts';
import type { ApiServer } from './api-server.ts';
import type { IdentityGate } from './identity-gate.ts';
import { objectUrl } from './kinds.ts';
import { field, raw, text } from './raw.ts';

export function createProbe(server: Pick<ApiServer, 'get'>, gate: Pick<IdentityGate, 'check'>): Probe {
  const ask = async (ref: ObjectRef, signal: AbortSignal): Promise<'gone' | 'present' | 'unknown'> => {
    const url = objectUrl(ref.kind, ref.path);
    if (url === undefined) return 'unknown';
    try {
      const object = raw<{ metadata: { uid: string } }>(await server.get(url, signal));
      const uid = text(field(field(object, 'metadata'), 'uid'));
      if (uid === undefined) return 'unknown';
      return uid === ref.uid ? 'present' : 'gone';
    } catch (thrown) {
      // Trap: a 404 also means that the server does not know the kind, or that a proxy does not know the path.
      return thrown instanceof ApiError && thrown.status === 404 && thrown.namesObject ? 'gone' : 'unknown';
    }
  };
  return {
    isGone: async (ref, signal) => {
      const answer = await ask(ref, signal);
      if (answer !== 'gone') return answer;
      try {
        await gate.check(signal);
        return 'gone';
      } catch {
        return 'unknown';
      }
    },
  };
}
