/** Secrets that ask for the token of a service account get it, with the CA of the cluster. */
import { createHash } from 'node:crypto';
import { at } from '../objects.ts';
import type { World } from '../world.ts';
import type { Controller } from './loop.ts';

const annotation = 'kubernetes.io/service-account.name';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export function tokens({ store }: World, caPem: string): Controller {
  const keysOfAccount = (account: string): string[] =>
    store
      .list('secrets')
      .filter(
        ({ metadata: { namespace, annotations } }) => `${namespace}/${annotations?.[annotation]}` === account,
      )
      .map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
  return {
    name: 'tokens',
    keysOf({ resource, key, type }) {
      if (type === 'DELETED') return [];
      if (resource === 'secrets') return [key];
      return resource === 'serviceaccounts' ? keysOfAccount(key) : [];
    },
    reconcile(key) {
      const secret = store.getByKey('secrets', key);
      if (secret?.['type'] !== 'kubernetes.io/service-account-token') return;
      const { namespace = '', annotations, uid = '' } = secret.metadata;
      const account = store.get('serviceaccounts', namespace, annotations?.[annotation] ?? '');
      if (account === undefined || at(secret, 'data.token') !== undefined) return;
      const token = createHash('sha256').update(`${uid} token of an account`).digest('base64url');
      const data = { 'ca.crt': base64(caPem), namespace: base64(namespace), token: base64(token) };
      store.put('secrets', { ...secret, data });
    },
  };
}
