/** Decodes endpoints and switches as they were read or notified. Drops what has no address. */
import { parseAddress } from '../../../model/ip.ts';
import type { SeenEndpoint, SwitchState } from '../../../observe/ports.ts';
import { splitLast } from '../dn.ts';
import type { Mo } from '../mo.ts';
import { endpointPlace, switchesOfPath, switchOf } from './endpoint-place.ts';

export const endpointAttributes: ReadonlySet<string> = new Set([
  'addr',
  'baseEpgDn',
  'createTs',
  'modTs',
  'fabricPathDn',
  'id',
]);
export const switchAttributes: ReadonlySet<string> = new Set([
  'id',
  'role',
  'fabricSt',
  'lastStateModTs',
  'lastRebootTime',
  'currentTime',
]);

/** Milliseconds since the epoch; undefined for `never` and the like. */
function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** `reports`: switches that report it, by the objects below it; without any, those at whose ports it is attached. */
export function seenOf({ dn, attributes }: Mo, reports: readonly string[] = []): SeenEndpoint | undefined {
  const place = endpointPlace(dn);
  const address = parseAddress(attributes['addr'] ?? place?.address ?? '');
  if (place === undefined || address === undefined) return undefined;
  const nodes = reports.length > 0 ? reports.toSorted() : switchesOfPath(attributes['fabricPathDn'] ?? '');
  const learnedAt = timeOf(attributes['createTs']) ?? timeOf(attributes['modTs']) ?? 0;
  return { id: dn, address, mac: place.mac, nodes, learnedAt };
}

/** Endpoints among what was read, each with the reports that were read with it. */
export function endpointsOf(mos: readonly Mo[]): SeenEndpoint[] {
  const reports = new Map<string, string[]>();
  for (const { className, dn, attributes } of mos) {
    if (className !== 'fvReportingNode') continue;
    const { parent } = splitLast(dn);
    const node = attributes['id'] ?? '';
    const known = reports.get(parent);
    if (known === undefined) reports.set(parent, [node]);
    else known.push(node);
  }
  return mos
    .filter(({ className }) => className === 'fvIp')
    .map((mo) => seenOf(mo, reports.get(mo.dn)))
    .filter((seen) => seen !== undefined);
}

/**
 * Switches from `fabricNode` and `topSystem`. Ages are told, not moments: by the clock of the switch itself where it shows that,
 * else by `now`, so that clocks that disagree do not matter. One that shows no `topSystem` is of unknown age.
 */
export function switchStates(nodes: readonly Mo[], systems: readonly Mo[], now: number): SwitchState[] {
  const systemOf = new Map(systems.map((mo) => [switchOf(mo.dn), mo.attributes]));
  return nodes
    .filter(({ attributes }) => attributes['role'] !== 'controller')
    .map(({ dn, attributes }) => {
      const node = switchOf(dn) ?? '';
      const system = systemOf.get(node);
      const reference = timeOf(system?.['currentTime']) ?? now;
      const started = timeOf(system?.['lastRebootTime']);
      const changed = timeOf(attributes['lastStateModTs']);
      const inService = attributes['fabricSt'] === 'active';
      const latest = inService ? latestOf(started, changed) : changed;
      return { node, inService, forMs: latest === undefined ? undefined : Math.max(0, reference - latest) };
    });
}

/** Without a start nothing is known; a state that never changed says nothing. */
function latestOf(started: number | undefined, changed: number | undefined): number | undefined {
  return started === undefined ? undefined : Math.max(started, changed ?? started);
}
