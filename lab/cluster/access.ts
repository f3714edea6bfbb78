/** Who may do what: three users with fixed tokens, service accounts, and the answers to reviews of oneself. */
import { createHash } from 'node:crypto';
import { accountOf, allows, type Rule } from './accounts.ts';
import { forbidden, unauthorized, type Attempt } from './errors.ts';
import { at, isRecord } from './objects.ts';
import type { Store } from './store.ts';

export type UserName = 'admin' | 'reader' | 'denied';

export interface User {
  readonly name: string;
  readonly role: UserName | 'account';
  /** Of an account. */
  readonly rules?: readonly Rule[];
}

export type Tokens = Readonly<Record<UserName, string>>;

const userNames: Readonly<Record<UserName, string>> = {
  admin: 'kubernetes-admin',
  reader: 'reader',
  denied: 'denied',
};

const readable: Readonly<Record<string, readonly string[]>> = {
  '': ['pods', 'services', 'endpoints', 'nodes', 'namespaces'],
  apps: ['deployments', 'replicasets', 'statefulsets', 'daemonsets'],
  batch: ['jobs', 'cronjobs'],
  'discovery.k8s.io': ['endpointslices'],
};
const reviews = ['selfsubjectreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews'];

/** The tokens of a cluster follow from its name: stable over restarts, different between clusters. */
export function tokensFor(cluster: string): Tokens {
  const token = (role: string): string =>
    createHash('sha256').update(`${cluster} ${role} token of the lab`).digest('base64url').slice(0, 32);
  return { admin: token('admin'), reader: token('reader'), denied: token('denied') };
}

export function authenticate(header: string | undefined, tokens: Tokens, store: Store): User {
  const token = /^Bearer\s+(\S+)\s*$/i.exec(header ?? '')?.[1];
  const role = (['admin', 'reader', 'denied'] as const).find((name) => tokens[name] === token);
  if (role !== undefined) return { name: userNames[role], role };
  const account = token === undefined ? undefined : accountOf(store, token);
  if (account === undefined) throw unauthorized();
  return { ...account, role: 'account' };
}

interface Wanted {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
}

export function may(user: User, wanted: Wanted): boolean {
  if (user.role === 'admin') return true;
  if (reviews.includes(wanted.resource)) return wanted.verb === 'create';
  if (user.role === 'account') return mayAccount(user, wanted);
  if (user.role === 'denied' || wanted.subresource !== undefined) return false;
  const known = wanted.group === '*' ? [] : (readable[wanted.group] ?? []);
  return ['get', 'list', 'watch'].includes(wanted.verb) && known.includes(wanted.resource);
}

function mayAccount({ rules = [] }: User, { verb, group, resource, subresource }: Wanted): boolean {
  const act = { verb, group, resource: subresource === undefined ? resource : `${resource}/${subresource}` };
  return rules.some((rule) => allows(rule, act));
}

/** Throws the real 403 when `user` may not. `denied` names resources refused on request, whoever asks. */
export function authorize(user: User, attempt: Omit<Attempt, 'user'>, denied: readonly string[]): void {
  const { verb, kind, subresource } = attempt;
  const allowed = may(user, { verb, group: kind.group, resource: kind.resource, subresource });
  if (!allowed || denied.includes(kind.resource)) throw forbidden({ user: user.name, ...attempt });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Answers a SelfSubjectAccessReview. */
export function reviewAccess(
  user: User,
  review: unknown,
  denied: readonly string[],
): Record<string, unknown> {
  const resource = at(review, 'spec.resourceAttributes');
  if (!isRecord(resource)) return { allowed: user.role === 'admin' };
  const wanted = {
    verb: text(resource['verb']),
    group: text(resource['group']),
    resource: text(resource['resource']),
    subresource: text(resource['subresource']) === '' ? undefined : text(resource['subresource']),
  };
  return { allowed: may(user, wanted) && !denied.includes(wanted.resource) };
}

/** Answers a SelfSubjectReview. */
export function reviewSelf({ name }: User): Record<string, unknown> {
  return { userInfo: { username: name, groups: ['system:authenticated'] } };
}

/** Answers a SelfSubjectRulesReview. */
export function reviewRules(user: User): Record<string, unknown> {
  const own = { verbs: ['create'], apiGroups: ['authorization.k8s.io'], resources: reviews };
  const rules: Record<User['role'], unknown[]> = {
    account: [...(user.rules ?? []), own],
    admin: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, own],
    reader: [
      ...Object.entries(readable).map(([group, resources]) => ({
        verbs: ['get', 'list', 'watch'],
        apiGroups: [group],
        resources,
      })),
      own,
    ],
    denied: [own],
  };
  const paths = [
    '/api',
    '/api/*',
    '/apis',
    '/apis/*',
    '/healthz',
    '/livez',
    '/readyz',
    '/version',
    '/version/',
  ];
  return {
    resourceRules: rules[user.role],
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: paths }],
    incomplete: false,
  };
}
