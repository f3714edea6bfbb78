/** Where a declared fabric is and as whom we go there: from its declaration, or from where we run. */
import type { ApicCredentials } from '../../backend/adapters/apic/credentials.ts';
import type { CertificateMemory, PeerTrust } from '../../backend/adapters/http/trust.ts';
import type { FabricDeclaration, ReachedFabric } from '../../backend/model/mapping.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import type { NamedHostFabric } from '../app-center/host-fabric.ts';
import type { HostFabricAccess } from '../app-center/host.ts';
import { environment } from './options.ts';
import { resolveTrust, type Secrets } from './secrets.ts';

export interface FabricPlace {
  readonly controllers: readonly string[];
  readonly trust: PeerTrust;
}

/** Throws `config.secret`, `app-center.absent`, `app-center.gateway`. */
export function placeOfFabric(
  declaration: ReachedFabric | NamedHostFabric,
  secrets: Secrets,
  host: HostFabricAccess | undefined,
): FabricPlace {
  if ('controllers' in declaration)
    return { controllers: declaration.controllers, trust: resolveTrust(declaration.trust, secrets) };
  const { url, certificates } = present(declaration.name, host);
  return { controllers: [url()], trust: { remembered: asReached(certificates) } };
}

const confirmBy =
  'compare it with that of the APIC; if it is right, stop this product, remove app-center.json and app-center.json.bak of the data directory, and start it';

/** Of a named address nobody promises that the way there lies within one machine: what it showed first stays until a person says otherwise. */
function asReached(certificates: CertificateMemory): CertificateMemory {
  const isNamed = (environment['KUBESYNC_APIC_URL'] ?? '') !== '';
  if (!isNamed) return certificates;
  return { pem: () => certificates.pem(), shown: (pem) => certificates.shown(pem), confirmBy };
}

/** Throws `config.secret`, `app-center.absent`. */
export function credentialsOfFabric(
  declaration: FabricDeclaration,
  secrets: Secrets,
  host: HostFabricAccess | undefined,
): ApicCredentials {
  if (!('credentials' in declaration)) return present(declaration.name, host).credentials;
  const { username, password } = declaration.credentials;
  return { username, password: secrets.read(password) };
}

function present(name: string, host: HostFabricAccess | undefined): HostFabricAccess {
  if (host !== undefined) return host;
  throw new ProblemError(
    'app-center.absent',
    `fabrics.${name}.appCenter is true, and this is no container of an APIC`,
  );
}
