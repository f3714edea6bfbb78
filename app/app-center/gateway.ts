/**
 * Where the APIC is, seen from a container on it: at the default gateway, as the kernel tells it. The bridge's address can be set on
 * the APIC, so that none is known beforehand.
 */
import { readFileSync } from 'node:fs';
import { ProblemError } from '../../backend/model/problems.ts';

type Variables = Readonly<Record<string, string | undefined>>;

const isUp = 0x1;
const isGateway = 0x2;

/** `https://172.17.0.1`. KUBESYNC_APIC_URL stands for it. Throws `app-center.gateway`. */
export function apicUrl(variables: Variables, routesFile = '/proc/net/route'): string {
  const given = variables['KUBESYNC_APIC_URL'];
  if (given !== undefined && given !== '') return checkedUrl(given);
  const gateway = defaultGateway(routesIn(routesFile));
  if (gateway !== undefined) return `https://${gateway}`;
  throw new ProblemError('app-center.gateway', `${routesFile} has no default route`);
}

/** The APIC's own address on the bridge, from which its proxy comes. undefined: not known. */
export function proxyOfApic(routesFile = '/proc/net/route'): string | undefined {
  try {
    return defaultGateway(routesIn(routesFile));
  } catch (thrown) {
    if (thrown instanceof ProblemError) return undefined;
    throw thrown;
  }
}

function checkedUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.pathname === '/' && url.username === '') return url.origin;
  throw new ProblemError('app-center.gateway', `KUBESYNC_APIC_URL is ${text}: expected https://address`);
}

function routesIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException;
    throw new ProblemError('app-center.gateway', `${path} (${code})`, { cause });
  }
}

/**
 * Of the text of /proc/net/route: addresses are hexadecimal in the byte order of the machine, which is the little end first. Of
 * several default routes the one with the least metric, as the kernel takes it; of equals the first.
 */
export function defaultGateway(routes: string): string | undefined {
  const [, ...lines] = routes.split('\n');
  const found = lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, gateway, flags, , , , mask]) => {
      const needed = isUp | isGateway;
      const isDefault = destination === '00000000' && mask === '00000000';
      return isDefault && (Number.parseInt(flags ?? '', 16) & needed) === needed && gateway !== undefined;
    })
    .map(([, , gateway = '', , , , metric]) => ({ gateway, metric: Number(metric) }))
    .filter(({ gateway }) => /^[0-9A-F]{8}$/i.test(gateway));
  const best = found.toSorted((one, other) => one.metric - other.metric)[0];
  return best && [...Buffer.from(best.gateway, 'hex')].reverse().join('.');
}
