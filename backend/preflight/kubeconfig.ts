/**
 * What a kubeconfig says. It is read as text and nothing else: no command that it names is run, no file that it names is opened, no
 * proxy that it names is used. A context that needs any of these is shown with the reason why it cannot be used as it is.
 */
import { parse } from 'yaml';
import { z } from 'zod';
import type { KubeconfigModel } from '../api/contract/tests.ts';
import type { Fault } from '../model/fault.ts';
import { ProblemError } from '../model/problems.ts';

type ContextModel = KubeconfigModel['contexts'][number];

const word = z.string().min(1).optional().catch(undefined);
const named = <Key extends string, Inside extends z.ZodType>(key: Key, inside: Inside) =>
  z.array(z.object({ name: z.string(), [key]: inside } as Record<'name', z.ZodString> & Record<Key, Inside>));

const clusterBody = z.object({
  server: word,
  'certificate-authority': word,
  'certificate-authority-data': word,
  'tls-server-name': word,
  'proxy-url': word,
});

const userBody = z.object({
  token: word,
  tokenFile: word,
  'client-certificate': word,
  'client-certificate-data': word,
  'client-key': word,
  'client-key-data': word,
  username: word,
  as: word,
  exec: z.object({ command: z.string() }).nullish().catch({ command: 'a command' }),
  'auth-provider': z.unknown().optional(),
});

const contextBody = z.object({ cluster: z.string(), user: z.string().optional() });

const kubeconfig = z.object({
  'current-context': word,
  clusters: named('cluster', clusterBody).nullish(),
  users: named('user', userBody).nullish(),
  contexts: named('context', contextBody),
});

type Cluster = z.output<typeof clusterBody>;
type User = z.output<typeof userBody>;

const account =
  'Apply the manifest that makes an account for this product, and use the token of that account.';

/** Throws `config.invalid`. No fault repeats what stands in the text. */
export function readKubeconfig(text: string): KubeconfigModel {
  const result = kubeconfig.safeParse(yamlOf(text));
  if (!result.success)
    throw invalid(
      result.error.issues.map((issue) => ({
        path: issue.path.map(String).join('.'),
        found: 'something else',
        expected: issue.path.length === 0 ? 'a kubeconfig' : 'as kubectl writes it',
      })),
    );
  const { contexts, clusters, users, 'current-context': current } = result.data;
  if (contexts.length === 0)
    throw invalid([{ path: 'contexts', found: 'nothing', expected: 'at least one context' }]);
  const seen = new Set<string>();
  const models = contexts.map(({ name, context }): ContextModel => {
    const isSecond = seen.has(name);
    seen.add(name);
    const cluster = (clusters ?? []).find((each) => each.name === context.cluster)?.cluster;
    const user = (users ?? []).find((each) => each.name === context.user)?.user;
    return contextModel(name, { cluster, user, isSecond });
  });
  return { current: current !== undefined && seen.has(current) ? current : null, contexts: models };
}

function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    throw invalid([{ path: '', found: 'text that is no YAML', expected: 'a kubeconfig' }]);
  }
}

function invalid(faults: readonly Fault[]): ProblemError {
  const [first] = faults;
  const where = first?.path === '' ? 'kubeconfig' : (first?.path ?? 'kubeconfig');
  return new ProblemError('config.invalid', `${where}: expected ${first?.expected ?? 'a kubeconfig'}`, {
    faults,
  });
}

interface Parts {
  readonly cluster: Cluster | undefined;
  readonly user: User | undefined;
  /** Another context of this name stands before it. */
  readonly isSecond: boolean;
}

function contextModel(name: string, { cluster, user, isSecond }: Parts): ContextModel {
  const ca = pemOf(cluster?.['certificate-authority-data'], 'CERTIFICATE');
  const certificate = pemOf(user?.['client-certificate-data'], 'CERTIFICATE');
  const key = pemOf(user?.['client-key-data'], 'PRIVATE KEY');
  const problems = [
    ...(isSecond ? ['Another context has the same name.'] : []),
    ...clusterProblems(cluster, ca),
    ...userProblems(user, { certificate, key }),
  ];
  return {
    name,
    server: cluster?.server ?? '',
    ca: ca.pem,
    token: user?.token ?? null,
    clientCertificate: certificate.pem,
    clientKey: key.pem,
    problem: problems.length === 0 ? null : problems.join(' '),
  };
}

interface Pem {
  readonly pem: string | null;
  readonly isBroken: boolean;
}

/** From base64. */
function pemOf(data: string | undefined, label: string): Pem {
  if (data === undefined) return { pem: null, isBroken: false };
  const pem = Buffer.from(data, 'base64').toString('utf8');
  const isPem = new RegExp(`-----BEGIN ([A-Z ]+ )?${label}-----[\\s\\S]+-----END`).test(pem);
  return isPem ? { pem, isBroken: false } : { pem: null, isBroken: true };
}

function clusterProblems(cluster: Cluster | undefined, ca: Pem): string[] {
  if (cluster === undefined) return ['Its cluster is not in this file.'];
  const file = cluster['certificate-authority'];
  const found: (string | false)[] = [
    serverProblem(cluster.server) ?? false,
    file !== undefined &&
      cluster['certificate-authority-data'] === undefined &&
      `Its CA is in the file ${file} of another machine: paste the text of that file as the CA.`,
    ca.isBroken && 'Its CA is not a certificate in PEM.',
    cluster['tls-server-name'] !== undefined &&
      `It expects a certificate for ${cluster['tls-server-name']} instead of the address: pin the certificate.`,
    cluster['proxy-url'] !== undefined &&
      'It goes through a proxy; this product connects directly: give an address that can be reached without.',
  ];
  return found.filter((each) => each !== false);
}

function serverProblem(server: string | undefined): string | undefined {
  const url = URL.parse(server ?? '');
  if (url === null) return 'It has no address of a server.';
  if (url.protocol !== 'https:') return 'Its server does not speak TLS: give an https:// address.';
  return url.pathname === '/'
    ? undefined
    : 'Its server is behind a path: give the address of the API server itself.';
}

function userProblems(user: User | undefined, own: { certificate: Pem; key: Pem }): string[] {
  if (user === undefined) return [`Its user is not in this file. ${account}`];
  const isWhole = user.token !== undefined || (own.certificate.pem !== null && own.key.pem !== null);
  const found: (string | false)[] = [
    own.certificate.isBroken && 'Its client certificate is not a certificate in PEM.',
    own.key.isBroken && 'Its client key is not a key in PEM.',
    own.key.pem?.includes('ENCRYPTED') === true && `Its client key is encrypted. ${account}`,
    user.as !== undefined && `It acts as another user (${user.as}), which this product does not. ${account}`,
    !isWhole && `${reasonWithout(user)} ${account}`,
  ];
  return found.filter((each) => each !== false);
}

/** Why there is nothing to sign in with. */
function reasonWithout(user: User): string {
  if (user.exec) return `It runs a command to sign in (${user.exec.command}), which is never done here.`;
  if (user['auth-provider']) return 'It signs in by a provider, which is never asked here.';
  if (user.tokenFile !== undefined) return `Its token is in the file ${user.tokenFile} of another machine.`;
  const file = user['client-certificate'] ?? user['client-key'];
  if (file !== undefined) return `Its client certificate is in files of another machine (${file}).`;
  if (user.username !== undefined) return 'It signs in with a password, which clusters no longer take.';
  return 'It has nothing to sign in with.';
}
