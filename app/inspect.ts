/**
 * Test buttons: an entry is asked about before it is saved, or when somebody wonders why it does not work.
 *
 * In: a written entry, its secrets typed in or as they are declared. Out: a report in plain words. Nothing is written on any system, nothing
 * is remembered; a secret is sent only after the certificate is trusted by what the entry says.
 */
import { X509Certificate } from 'node:crypto';
import { inspectFabric } from '../backend/adapters/apic/inspect.ts';
import { inspectBigIp } from '../backend/adapters/bigip/inspect.ts';
import { inspectHaproxy } from '../backend/adapters/haproxy/inspect.ts';
import { placeOf, readCertificate } from '../backend/adapters/http/certificate.ts';
import type { PeerTrust } from '../backend/adapters/http/trust.ts';
import { inspectCluster } from '../backend/adapters/kubernetes/inspect.ts';
import { clusterManifest } from '../backend/adapters/kubernetes/manifest.ts';
import type { TestReport, TestSubject } from '../backend/api/contract/tests.ts';
import type { Tests } from '../backend/api/ports.ts';
import type { Clock } from '../backend/model/clock.ts';
import type { Fault } from '../backend/model/fault.ts';
import type {
  BigIpDeclaration,
  ClusterDeclaration,
  FabricDeclaration,
  HostFabric,
  HaproxyDeclaration,
  Trust,
} from '../backend/model/mapping.ts';
import { ProblemError, problemOf } from '../backend/model/problems.ts';
import { readKubeconfig } from '../backend/preflight/kubeconfig.ts';
import type { Reading } from '../backend/preflight/ports.ts';
import {
  bigIpReport,
  clusterReport,
  fabricReport,
  haproxyReport,
  mayGoOn,
  type Case,
} from '../backend/preflight/report.ts';
import { mayKeepSecret } from '../backend/store/configuration/kept-secrets.ts';
import type { HostFabricAccess } from './app-center/host.ts';
import { credentialsOfFabric, placeOfFabric } from './config/fabric-access.ts';
import { resolveTrust, type Secrets } from './config/secrets.ts';
import { checkHosts, collections, readSubject, type Declared, type Subject } from './inspect-entry.ts';

export { clusterManifest } from '../backend/adapters/kubernetes/manifest.ts';

export interface TestsOptions extends Declared {
  /** What was confirmed of each declared entry, by its name. */
  identities(): ReadonlyMap<string, string>;
  /** Of the APIC on which we run. */
  readonly host?: HostFabricAccess | undefined;
  readonly clock: Clock;
  /** Of each thing that is asked. Default 10 s. */
  readonly timeoutMs?: number;
}

export function createTests(options: TestsOptions): Tests {
  return {
    run: async (subject, _by, signal) => {
      const found = readSubject(subject, options);
      const { name } = found.declaration;
      const { entry } = subject;
      const withheld = withheldFrom(entry, options.entry(collections[subject.kind], entry.name));
      const of = { name, identities: options.identities(), now: options.clock.now(), withheld };
      return testOf(found, { ...options, signal, of });
    },
    check: (subject) => faultsOf(subject, options),
    readKubeconfig,
    clusterManifest,
  };
}

function faultsOf(subject: TestSubject, options: TestsOptions): readonly Fault[] {
  try {
    const { declaration, secrets } = readSubject(subject, options);
    if ('trust' in declaration) trustOf(declaration.trust, secrets);
    return [];
  } catch (thrown) {
    const { code, detail, faults } = problemOf(thrown);
    if (code === 'config.invalid' && faults !== undefined) return faults;
    // A file or a variable that the certificate stands in.
    if (code === 'config.secret')
      return [
        { path: 'pin' in subject.entry ? 'pin' : 'ca', found: detail, expected: 'a certificate in PEM' },
      ];
    throw thrown;
  }
}

interface Test {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  readonly host?: HostFabricAccess | undefined;
  readonly of: Omit<Case, 'trust'>;
}

function testOf(subject: Subject, test: Test): Promise<TestReport> {
  const { secrets } = subject;
  switch (subject.kind) {
    case 'cluster':
      return testCluster(subject.declaration, secrets, test);
    case 'fabric':
      return testFabric(subject.declaration, secrets, test);
    case 'loadBalancer':
      return subject.declaration.kind === 'bigip'
        ? testBigIp(subject.declaration, secrets, test)
        : testHaproxy(subject.declaration, test);
  }
}

/** What every test that goes over TLS begins with. */
async function readAll(
  urls: readonly string[],
  trust: PeerTrust,
  { signal, timeoutMs }: Test,
): Promise<readonly Reading[]> {
  await checkHosts(urls.map((url) => placeOf(url).host));
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  return Promise.all(urls.map((url) => readCertificate({ url, trust, signal, ...limit })));
}

function trustOf(trust: Trust, secrets: Secrets): PeerTrust {
  const resolved = resolveTrust(trust, secrets);
  for (const [path, pem] of Object.entries(resolved))
    if (path !== 'system') checkPem(path.slice(0, -3), pem as string);
  return resolved;
}

function checkPem(path: string, pem: string): void {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    const faults = [{ path, found: 'something else', expected: 'a certificate in PEM' }];
    throw new ProblemError('config.invalid', `${path}: expected a certificate in PEM`, { cause, faults });
  }
}

function kindOf(trust: Trust): Case['trust'] {
  if ('ca' in trust) return 'ca';
  return 'pin' in trust ? 'pin' : 'system';
}

function maySignIn(readings: readonly Reading[], { of }: Test): boolean {
  return of.withheld === undefined && mayGoOn(readings);
}

/** What is known by reference goes only where it goes already: the test would else send it wherever the asker says. */
function withheldFrom(entry: TestSubject['entry'], saved: object | undefined): string | undefined {
  const { credentials = {} } = entry as { readonly credentials?: Readonly<Record<string, unknown>> };
  const secrets = ['token', 'password', 'clientCertificate', 'clientKey'].map((key) => credentials[key]);
  if (!secrets.some((each) => typeof each === 'string') || mayKeepSecret(saved, entry)) return undefined;
  return 'The stored secret is not sent to anywhere else than before: enter it again.';
}

async function testCluster(declared: ClusterDeclaration, secrets: Secrets, test: Test): Promise<TestReport> {
  const { server, credentials } = declared;
  const trust = trustOf(declared.trust, secrets);
  const own =
    'token' in credentials
      ? { token: secrets.read(credentials.token) }
      : {
          certPem: secrets.read(credentials.clientCertificate),
          keyPem: secrets.read(credentials.clientKey),
        };
  const readings = await readAll([server], trust, test);
  const { signal, timeoutMs } = test;
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  const facts = maySignIn(readings, test)
    ? await inspectCluster({ server, trust, credentials: own, signal, ...limit })
    : undefined;
  return clusterReport({ readings, facts }, { ...test.of, trust: kindOf(declared.trust) });
}

async function testFabric(declared: FabricDeclaration, secrets: Secrets, test: Test): Promise<TestReport> {
  if ('appCenter' in declared) return testHostFabric(declared, secrets, test);
  const { controllers, credentials } = declared;
  const trust = trustOf(declared.trust, secrets);
  const own = { username: credentials.username, password: secrets.read(credentials.password) };
  const readings = await readAll(controllers, trust, test);
  // Those that do not answer would only use up the time.
  const answering = controllers.filter((_, index) => 'certificate' in (readings[index] ?? {}));
  const facts = maySignIn(readings, test)
    ? await inspectFabric({ ...test, controllers: answering, trust, credentials: own })
    : undefined;
  return fabricReport({ readings, facts }, { ...test.of, trust: kindOf(declared.trust) });
}

/** Nobody gave the address, and the certificate is taken as it is shown. */
async function testHostFabric(declared: HostFabric, secrets: Secrets, test: Test): Promise<TestReport> {
  const { controllers, trust } = placeOfFabric(declared, secrets, test.host);
  const credentials = credentialsOfFabric(declared, secrets, test.host);
  const found = await Promise.all(controllers.map((url) => readCertificate({ ...test, url, trust })));
  const readings = found.map((each) =>
    'certificate' in each ? { ...each, certificate: { ...each.certificate, refusal: undefined } } : each,
  );
  const facts = maySignIn(readings, test)
    ? await inspectFabric({ ...test, controllers, trust, credentials })
    : undefined;
  return fabricReport({ readings, facts }, { ...test.of, trust: 'remembered' });
}

async function testBigIp(declared: BigIpDeclaration, secrets: Secrets, test: Test): Promise<TestReport> {
  const { address, credentials } = declared;
  const trust = trustOf(declared.trust, secrets);
  const own = { ...credentials, password: secrets.read(credentials.password) };
  const readings = await readAll([address], trust, test);
  const facts = maySignIn(readings, test)
    ? await inspectBigIp({ ...test, address, trust, credentials: own })
    : undefined;
  return bigIpReport({ readings, facts }, { ...test.of, trust: kindOf(declared.trust) });
}

async function testHaproxy({ socket }: HaproxyDeclaration, test: Test): Promise<TestReport> {
  if ('host' in socket) await checkHosts([socket.host]);
  return haproxyReport(await inspectHaproxy({ ...test, socket }), test.of);
}
