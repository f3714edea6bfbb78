/**
 * The queries about learned endpoints. Each answers completely or throws.
 *
 *     EPG        its subtree: the EPG itself (the sentinel), fvIp, fvReportingNode
 *                and, where there may be ESGs, fvIp of the tenant that an ESG took from this EPG
 *     endpoint   one fvIp with its reports
 *     switches   fabricNode, topSystem
 *
 * An endpoint that an ESG classifies is shown under the ESG and names its EPG in `baseEpgDn`. ESGs of other tenants are not
 * looked at: they select endpoints of their own tenant.
 */
import type { Clock } from '../../../model/clock.ts';
import { ProblemError } from '../../../model/problems.ts';
import type { SeenEndpoint, SwitchState } from '../../../observe/ports.ts';
import { ApicError } from '../apic-error.ts';
import type { Mo } from '../mo.ts';
import type { Log } from '../options.ts';
import type { Question, Query } from '../query.ts';
import { endpointAttributes, endpointsOf, switchAttributes, switchStates } from './endpoint-codec.ts';
import { epgDn, tenantDnOf } from './endpoint-place.ts';

export interface EndpointReaderOptions {
  readonly query: Query;
  /** Release of the fabric; empty: not known. */
  readonly version: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

const epgClasses = ['fvAEPg', 'fvIp', 'fvReportingNode'];

export class EndpointReader {
  readonly #options: EndpointReaderOptions;
  /** Whether the fabric can tell what ESGs took. */
  #esgs: 'untried' | 'told' | 'refused' = 'untried';

  constructor(options: EndpointReaderOptions) {
    this.#options = options;
  }

  /** What to subscribe to for one EPG. */
  subscriptions(epg: string): readonly string[] {
    const classes = this.#options.query.known(epgClasses).join(',');
    const own = `/api/mo/${epgDn(epg)}.json?query-target=subtree&target-subtree-class=${classes}`;
    if (!this.#mayHaveEsgs()) return [own];
    const taken = `/api/mo/${tenantDnOf(epg)}.json?query-target=subtree&target-subtree-class=fvIp`;
    return [own, `${taken}&query-target-filter=${encodeURIComponent(takenFilter(epg))}`];
  }

  async epg(epg: string, signal: AbortSignal): Promise<readonly SeenEndpoint[]> {
    const dn = epgDn(epg);
    const [mos, taken] = await Promise.all([
      this.#read({ of: { subtree: dn }, classes: epgClasses }, signal),
      this.#taken(epg, signal),
    ]);
    if (!mos.some((mo) => mo.dn === dn))
      throw new ProblemError('fabric.sentinel', `EPG ${epg} is not there, or our user may not see it`);
    return endpointsOf([...mos, ...taken]);
  }

  async endpoint(dn: string, signal: AbortSignal): Promise<SeenEndpoint | undefined> {
    const classes = ['fvIp', 'fvReportingNode'];
    const [seen] = endpointsOf(await this.#read({ of: { subtree: dn }, classes }, signal));
    return seen;
  }

  async switches(signal: AbortSignal): Promise<readonly SwitchState[]> {
    const { query, clock } = this.#options;
    const keep = switchAttributes;
    const [nodes, systems] = await Promise.all([
      query.read({ of: { class: 'fabricNode' }, keep }, signal),
      query.read({ of: { class: 'topSystem' }, keep }, signal),
    ]);
    return switchStates(nodes, systems, clock.now());
  }

  #read(question: Question, signal: AbortSignal): Promise<readonly Mo[]> {
    return this.#options.query.read({ ...question, keep: endpointAttributes }, signal);
  }

  /** ESGs exist since release 5; a release that does not understand the question has shown us none, and never will. */
  async #taken(epg: string, signal: AbortSignal): Promise<readonly Mo[]> {
    if (!this.#mayHaveEsgs()) return [];
    const question = { of: { subtree: tenantDnOf(epg) }, classes: ['fvIp'], filter: takenFilter(epg) };
    try {
      const mos = await this.#read(question, signal);
      this.#esgs = 'told';
      return mos;
    } catch (thrown) {
      const isRefused = thrown instanceof ApicError && thrown.status === 400;
      if (this.#esgs !== 'untried' || !isRefused) throw thrown;
      this.#options.log('warn', 'the fabric does not tell which endpoints ESGs took', {
        reason: thrown.text,
      });
      this.#esgs = 'refused';
      return [];
    }
  }

  #mayHaveEsgs(): boolean {
    return this.#esgs !== 'refused' && !/^[0-4]\./.test(this.#options.version());
  }
}

function takenFilter(epg: string): string {
  return `and(eq(fvIp.baseEpgDn,"${epgDn(epg)}"),wcard(fvIp.dn,"/esg-"))`;
}
