/**
 * Where we run: as an app of the APIC's App Center, which is told by what the APIC puts into the container, or anywhere else.
 *
 *     <root>/credentials/plugin.key, plugin.crt   what the APIC gave this installation: we run there
 *     <root>/data                                 what outlives the container
 *     <root>/log                                  what the APIC collects for its support bundle
 *     <root>/src                                  the package
 *
 * In: paths, and the variables for tests. Out: the place. Nothing is kept open, and nothing of it is needed elsewhere.
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AppCenterPlace {
  /** `Vendor_App`: as the APIC calls this app. */
  readonly app: string;
  readonly keyFile: string;
  readonly dataDir: string;
  readonly logDir: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

const usualRoot = '/home/app';
/** Of the package that we make; one that was made anew under another name says so itself. */
const ownName = 'KubeSync_AciKubeSync';
const appName = /^[A-Za-z0-9]{1,32}_[A-Za-z0-9]{1,32}$/;

/** undefined: we run elsewhere. */
export function appCenterPlace(variables: Variables): AppCenterPlace | undefined {
  const root = variables['KUBESYNC_APP_CENTER_ROOT'] ?? usualRoot;
  const keyFile = join(root, 'credentials', 'plugin.key');
  const certificateFile = join(root, 'credentials', 'plugin.crt');
  // Either is a sign: a key that is not there any more must be told of, and not be taken for another place.
  if (!existsSync(keyFile) && !existsSync(certificateFile)) return undefined;
  return {
    app: nameInCertificate(certificateFile) ?? nameInPackage(join(root, 'src', 'app.json')) ?? ownName,
    keyFile,
    dataDir: join(root, 'data'),
    logDir: join(root, 'log'),
  };
}

function nameInCertificate(path: string): string | undefined {
  try {
    const { subject } = new X509Certificate(readFileSync(path));
    const name = /^CN=(.*)$/m.exec(subject)?.[1]?.replace(/^appuser-/, '') ?? '';
    return appName.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

function nameInPackage(path: string): string | undefined {
  try {
    const { vendordomain, appid } = JSON.parse(readFileSync(path, 'utf8')) as Readonly<
      Record<string, unknown>
    >;
    const name = `${String(vendordomain)}_${String(appid)}`;
    return appName.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
