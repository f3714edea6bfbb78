import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { kubeconfigSchema, type KubeconfigModel } from '../api/contract/tests.ts';
import { ProblemError } from '../model/problems.ts';
import { readKubeconfig } from './kubeconfig.ts';

const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const key = '-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----\n';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const server = 'https://10.0.0.1:6443';

/** One context, `prod`. */
function configOf(user: object, cluster: object = { server }): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'prod',
    clusters: [{ name: 'c', cluster }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
  });
}

function only(text: string): KubeconfigModel['contexts'][number] {
  const [context] = readKubeconfig(text).contexts;
  assert.ok(context);
  return context;
}

function refusalOf(text: string): ProblemError {
  try {
    readKubeconfig(text);
  } catch (thrown) {
    assert.ok(thrown instanceof ProblemError, String(thrown));
    return thrown;
  }
  return assert.fail('expected a refusal');
}

describe('a kubeconfig', () => {
  it('gives address, CA and token of each context, and which one is current', () => {
    const text = configOf({ token: 't0k3n' }, { server, 'certificate-authority-data': base64(certificate) });

    assert.deepEqual(readKubeconfig(text), {
      current: 'prod',
      contexts: [
        {
          name: 'prod',
          server,
          ca: certificate,
          token: 't0k3n',
          clientCertificate: null,
          clientKey: null,
          problem: null,
        },
      ],
    });
  });

  it('gives a client certificate and its key as PEM', () => {
    const context = only(
      configOf({ 'client-certificate-data': base64(certificate), 'client-key-data': base64(key) }),
    );

    assert.deepEqual(
      [context.clientCertificate, context.clientKey, context.problem],
      [certificate, key, null],
    );
  });

  it('runs no command, and says why the context cannot be used and what to do', () => {
    const home = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
    const trace = join(home, 'trace');
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'touch', args: [trace] };

    const context = only(configOf({ exec }));

    assert.equal(existsSync(trace), false);
    assert.match(context.problem ?? '', /runs a command to sign in \(touch\).*Apply the manifest/);
    rmSync(home, { recursive: true });
  });

  it('opens no file that it names', () => {
    const cluster = { server, 'certificate-authority': '/etc/hostname' };

    const context = only(configOf({ tokenFile: '/etc/hostname' }, cluster));

    assert.deepEqual([context.ca, context.token], [null, null]);
    assert.match(
      context.problem ?? '',
      /CA is in the file \/etc\/hostname.*token is in the file \/etc\/hostname/,
    );
  });

  const cases: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
    ['a provider', configOf({ 'auth-provider': { name: 'gcp' } }), /signs in by a provider/],
    ['a password', configOf({ username: 'a', password: 'b' }), /a password/],
    [
      'files of a certificate',
      configOf({ 'client-certificate': '/a.crt', 'client-key': '/a.key' }),
      /files of another machine/,
    ],
    ['nothing to sign in with', configOf({}), /nothing to sign in with/],
    ['another user to act as', configOf({ token: 't', as: 'root' }), /acts as another user \(root\)/],
    ['a proxy', configOf({ token: 't' }, { server, 'proxy-url': 'http://proxy:3128' }), /through a proxy/],
    [
      'another name to expect',
      configOf({ token: 't' }, { server, 'tls-server-name': 'kube' }),
      /expects a certificate for kube/,
    ],
    ['no TLS', configOf({ token: 't' }, { server: 'http://10.0.0.1' }), /does not speak TLS/],
    ['a path', configOf({ token: 't' }, { server: `${server}/k8s/clusters/c-1` }), /behind a path/],
    ['no server', configOf({ token: 't' }, {}), /no address of a server/],
    [
      'a CA that is none',
      configOf({ token: 't' }, { server, 'certificate-authority-data': base64('x') }),
      /CA is not a certificate/,
    ],
    [
      'an encrypted key',
      configOf({
        'client-certificate-data': base64(certificate),
        'client-key-data': base64(key.replaceAll('EC PRIVATE', 'ENCRYPTED PRIVATE')),
      }),
      /key is encrypted/,
    ],
    [
      'a cluster that is not there',
      stringify({
        users: [{ name: 'u', user: { token: 't' } }],
        contexts: [{ name: 'a', context: { cluster: 'c', user: 'u' } }],
      }),
      /cluster is not in this file/,
    ],
    [
      'a user that is not there',
      stringify({
        clusters: [{ name: 'c', cluster: { server } }],
        contexts: [{ name: 'a', context: { cluster: 'c' } }],
      }),
      /user is not in this file/,
    ],
  ];
  for (const [what, text, problem] of cases)
    it(`says what is in the way of a context with ${what}`, () => {
      assert.match(only(text).problem ?? '', problem);
    });

  it('shows contexts of the same name, and says so of the second', () => {
    const context = { cluster: 'c', user: 'u' };
    const contexts = [
      { name: 'prod', context },
      { name: 'prod', context },
    ];
    const text = stringify({
      clusters: [{ name: 'c', cluster: { server } }],
      users: [{ name: 'u', user: { token: 't' } }],
      contexts,
    });

    const model = readKubeconfig(text);

    assert.deepEqual(
      model.contexts.map(({ problem }) => problem),
      [null, 'Another context has the same name.'],
    );
    assert.equal(model.current, null);
  });

  it('refuses what is no kubeconfig, without repeating what stands in it', () => {
    const texts = [
      '',
      'hello t0k3n',
      '{',
      'a: &a [*a]',
      'contexts: []',
      'contexts: t0k3n',
      'contexts: [t0k3n]',
      '[]',
    ];

    for (const text of texts) {
      const { problem } = refusalOf(text);

      assert.equal(problem.code, 'config.invalid', text);
      assert.notEqual(problem.faults?.length ?? 0, 0, text);
      assert.doesNotMatch(JSON.stringify(problem), /t0k3n/, text);
    }
  });

  it('takes whatever stands in it without failing in another way', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constant(base64(certificate)),
      fc.constant(null),
      fc.integer(),
      fc.constant({}),
    );
    const inside = fc.dictionary(
      fc.constantFrom(
        'server',
        'token',
        'exec',
        'auth-provider',
        'client-key-data',
        'certificate-authority-data',
        'as',
      ),
      word,
    );

    fc.assert(
      fc.property(inside, inside, (user, cluster) => {
        const model = readKubeconfig(configOf(user, cluster));

        assert.ok(kubeconfigSchema.safeParse(model).success);
      }),
      { numRuns: 200 },
    );
  });
});
