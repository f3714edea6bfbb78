/** What notifications lead to: a doubt about one endpoint, about an EPG, or about the switches. What tells nothing new leads to nothing. */
import type { Mo } from '../mo.ts';
import { splitLast } from '../dn.ts';
import { endpointAttributes, seenOf, switchAttributes } from './endpoint-codec.ts';
import { endpointPlace, epgDn } from './endpoint-place.ts';
import type { EpgFollower } from './epg-follower.ts';

export const noticedClasses: ReadonlySet<string> = new Set([
  'fvAEPg',
  'fvIp',
  'fvReportingNode',
  'fabricNode',
  'topSystem',
]);
export const noticedAttributes: ReadonlySet<string> = new Set([
  'status',
  ...endpointAttributes,
  ...switchAttributes,
]);

export interface EndpointNoticesOptions {
  readonly followers: ReadonlyMap<string, EpgFollower>;
  readonly onSwitches: () => void;
}

/** A switch that changed in one of these may have left or come back. */
const serviceAttributes = ['fabricSt', 'lastStateModTs', 'lastRebootTime'];

export class EndpointNotices {
  readonly #options: EndpointNoticesOptions;
  readonly #byDn: ReadonlyMap<string, EpgFollower>;

  constructor(options: EndpointNoticesOptions) {
    this.#options = options;
    this.#byDn = new Map([...options.followers].map(([epg, follower]) => [epgDn(epg), follower]));
  }

  receive(mos: readonly Mo[]): void {
    for (const mo of mos) this.#receive(mo);
  }

  #receive(mo: Mo): void {
    switch (mo.className) {
      case 'fvAEPg':
        if (mo.attributes['status'] !== 'modified') this.#byDn.get(mo.dn)?.readAll();
        return;
      case 'fvIp':
        return this.#endpoint(mo);
      case 'fvReportingNode':
        // Of a report only its coming and going is of interest.
        if (mo.attributes['status'] !== 'modified') this.#doubt(splitLast(mo.dn).parent);
        return;
      default:
        if (isOfService(mo)) this.#options.onSwitches();
    }
  }

  #endpoint(mo: Mo): void {
    const { status, baseEpgDn, fabricPathDn } = mo.attributes;
    if (status === 'created') return this.#created(mo);
    const follower = this.#followerOf(mo.dn, baseEpgDn);
    // What does not say where it is attached is noise: of those that are known, nothing changed that is of use.
    const isNoise = status === 'modified' && fabricPathDn === undefined && baseEpgDn === undefined;
    if (isNoise && follower?.knows(mo.dn) === true) return;
    this.#doubt(mo.dn, baseEpgDn);
  }

  /** Shown whole: everything of which a record is made. */
  #created(mo: Mo): void {
    const { addr = '', fabricPathDn = '', createTs = '', baseEpgDn } = mo.attributes;
    const follower = this.#followerOf(mo.dn, baseEpgDn);
    const seen = addr === '' || fabricPathDn === '' || createTs === '' ? undefined : seenOf(mo);
    if (follower !== undefined && seen !== undefined) follower.appear(seen);
    else this.#doubt(mo.dn, baseEpgDn);
  }

  #doubt(dn: string, baseEpgDn?: string): void {
    const follower = this.#followerOf(dn, baseEpgDn);
    if (follower !== undefined) return follower.doubt(dn);
    // Something under an ESG that nobody knows yet: a read under way may be about to show it.
    for (const each of this.#options.followers.values()) if (each.isReading) each.readAll();
  }

  #followerOf(dn: string, baseEpgDn = ''): EpgFollower | undefined {
    const above = endpointPlace(dn)?.above ?? '';
    const follower = this.#byDn.get(above) ?? this.#byDn.get(baseEpgDn);
    return follower ?? this.#options.followers.values().find((each) => each.knows(dn));
  }
}

function isOfService({ attributes }: Mo): boolean {
  return (
    attributes['status'] !== 'modified' || serviceAttributes.some((name) => attributes[name] !== undefined)
  );
}
