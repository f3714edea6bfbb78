/**
 * Apps of the App Center, as the fabric sees them: an app user with the certificate of its installation, and the plug-in object. Only the
 * holder of the certificate's key is given a token.
 *
 * In: installations, and signed requests. Out: users. It must not know how an app is brought in, or where it runs.
 */
import { verify, X509Certificate } from 'node:crypto';
import type { FabricRequest } from '../http/request.ts';
import { errors } from '../model/errors.ts';
import { domainsOf, type LabPerson } from '../people.ts';
import { mo, type MoBody } from '../seed.ts';
import { appUser, type User } from './users.ts';
import type { Tree } from '../model/mo.ts';

export interface AppInstallation {
  /** `Vendor_App`. */
  readonly app: string;
  /** Of the key pair of this installation; another one takes its place, and signatures by the key before are refused. */
  readonly certificatePem: string;
  /** Default: `admin`, reading and writing, in the domain `all`. */
  readonly roles?: LabPerson['roles'];
  readonly version?: string;
  readonly name?: string;
  /** Default: `active`. */
  readonly state?: 'active' | 'inactive';
}

export interface AppControl {
  /** Makes the app's user and plug-in object, or replaces them. */
  install(installation: AppInstallation): void;
  /** Enabled or disabled; the user stays. */
  setState(app: string, state: 'active' | 'inactive'): void;
  /** With its user: tokens that it has are good until they end. */
  remove(app: string): void;
}

export interface TreeControl {
  seed(trees: readonly MoBody[]): void;
  remove(dn: string): void;
}

const everything: LabPerson['roles'] = [{ domain: 'all', role: 'admin', privilege: 'writePriv' }];

export function appControl(tree: TreeControl): AppControl {
  const remove = (app: string): void => {
    tree.remove(`uni/userext/appuser-${app}`);
    tree.remove(pluginDn(app));
  };
  return {
    install(installation) {
      remove(installation.app);
      tree.seed([userOf(installation), pluginOf(installation)]);
    },
    setState(app, pluginSt) {
      tree.seed([mo('apPlugin', { dn: pluginDn(app), pluginSt, operSt: pluginSt })]);
    },
    remove,
  };
}

function pluginDn(app: string): string {
  return `pluginContr/plugin-${app}`;
}

function userOf({ app, certificatePem, roles = everything }: AppInstallation): MoBody {
  return mo('aaaAppUser', { dn: `uni/userext/appuser-${app}`, name: app }, [
    mo('aaaUserCert', { name: app, data: certificatePem }),
    ...domainsOf(roles),
  ]);
}

function pluginOf({ app, version = '', name = '', state = 'active' }: AppInstallation): MoBody {
  return mo('apPlugin', {
    dn: pluginDn(app),
    appCtxRoot: app,
    appId: app.slice(app.indexOf('_') + 1),
    name,
    version,
    pluginSt: state,
    operSt: state,
  });
}

const signed = {
  algorithm: 'apic-certificate-algorithm',
  fingerprint: 'apic-certificate-fingerprint',
  dn: 'apic-certificate-dn',
  signature: 'apic-request-signature',
} as const;

/** Whose token `requestAppToken` asks for. Throws the APIC's refusal. */
export function appOf(request: FabricRequest, tree: Tree): User {
  const cookies = cookiesOf(request.cookieHeader);
  const [algorithm, fingerprint, dn, signature] = [
    cookies.get(signed.algorithm),
    cookies.get(signed.fingerprint),
    cookies.get(signed.dn),
    cookies.get(signed.signature),
  ];
  if (signature === undefined || dn === undefined) throw errors.noToken();
  if (request.method !== 'POST') throw errors.badRequest('requestAppToken is a POST');
  const app = appNameIn(request.body);
  const isWellFormed = algorithm === 'v1.0' && fingerprint === 'fingerprint';
  if (!isWellFormed || dn !== `uni/userext/appuser-${app}/usercert-${app}`) throw errors.signature();
  const certificate = tree.get(dn);
  const user = appUser(tree, app);
  if (certificate === undefined || user === undefined) throw errors.signature();
  const text = `${request.method}${request.path}${request.query === '' ? '' : `?${request.query}`}${request.body}`;
  if (!isBy(certificate.get('data'), text, signature)) throw errors.signature();
  return user;
}

function appNameIn(body: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw errors.incompleteValue();
  }
  const name = (parsed as { aaaAppToken?: { attributes?: { appName?: unknown } } } | null)?.aaaAppToken
    ?.attributes?.appName;
  if (typeof name === 'string') return name;
  throw errors.badRequest('Invalid request: aaaAppToken with appName is expected');
}

/** RSASSA-PKCS1-v1_5 with SHA-256, and of an RSA key only. */
function isBy(certificatePem: string, text: string, signature: string): boolean {
  try {
    const { publicKey } = new X509Certificate(certificatePem);
    if (publicKey.asymmetricKeyType !== 'rsa') return false;
    return verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

function cookiesOf(header: string): ReadonlyMap<string, string> {
  return new Map(
    header.split(';').map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const;
    }),
  );
}
