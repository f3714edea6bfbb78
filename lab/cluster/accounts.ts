/** Service accounts: who a token belongs to, and what the roles that are bound to its account allow. */
import { at, isRecord, type KubeObject } from './objects.ts';
import type { Store } from './store.ts';

export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

export interface Account {
  /** `system:serviceaccount:NAMESPACE:NAME` */
  readonly name: string;
  readonly rules: readonly Rule[];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function records(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Undefined: no account has this token. */
export function accountOf(store: Store, token: string): Account | undefined {
  const data = Buffer.from(token).toString('base64');
  const secret = store.list('secrets').find((each) => at(each, 'data.token') === data);
  const name = secret?.metadata.annotations?.['kubernetes.io/service-account.name'];
  const { namespace } = secret?.metadata ?? {};
  if (namespace === undefined || name === undefined) return undefined;
  if (store.get('serviceaccounts', namespace, name) === undefined) return undefined;
  return { name: `system:serviceaccount:${namespace}:${name}`, rules: rulesOf(store, namespace, name) };
}

function rulesOf(store: Store, namespace: string, name: string): readonly Rule[] {
  const isBound = (binding: KubeObject): boolean =>
    records(binding['subjects']).some(
      (subject) =>
        subject['kind'] === 'ServiceAccount' &&
        subject['name'] === name &&
        subject['namespace'] === namespace,
    );
  return store
    .list('clusterrolebindings')
    .filter(isBound)
    .flatMap((binding) => {
      const role = at(binding, 'roleRef.name');
      const found = typeof role === 'string' ? store.get('clusterroles', undefined, role) : undefined;
      return records(found?.['rules']).map((rule) => ({
        verbs: texts(rule['verbs']),
        apiGroups: texts(rule['apiGroups']),
        resources: texts(rule['resources']),
      }));
    });
}

export interface Act {
  readonly verb: string;
  readonly group: string;
  /** With its subresource: `pods/status`. */
  readonly resource: string;
}

export function allows({ verbs, apiGroups, resources }: Rule, { verb, group, resource }: Act): boolean {
  const has = (list: readonly string[], wanted: string): boolean =>
    list.includes('*') || list.includes(wanted);
  return has(verbs, verb) && has(apiGroups, group) && has(resources, resource);
}
