/**
 * The face: the API and the page over what runs. Gathers the ports that routes need, and nothing else.
 */
import type { Express } from 'express';
import { createApi } from '../backend/api/express-api.ts';
import type { Access, Acts, Readiness, Tests } from '../backend/api/ports.ts';
import { systemClock } from '../backend/model/clock.ts';
import type { SourceName, SystemName } from '../backend/model/identity.ts';
import { PersonsActs } from '../backend/reconcile/acts.ts';
import { createAddresses } from '../backend/report/addresses.ts';
import type { LiveConfiguration } from '../backend/store/configuration/live-configuration.ts';
import type { History } from '../backend/store/history/history.ts';
import { loadAssets } from './assets.ts';
import type { Product } from './compose.ts';
import type { Logger } from './logging.ts';
import { createPreviews } from './previews.ts';
import { version } from './version.ts';

export interface FaceOptions {
  readonly product: Product;
  readonly configuration: LiveConfiguration;
  readonly history: History;
  readonly access: Access;
  readonly tests: Tests;
  readonly logger: Logger;
  /** In whose GUI the page may be shown. */
  readonly appCenterFabric: () => string | undefined;
  /** Ends event streams. */
  readonly signal: AbortSignal;
}

export async function createFace(options: FaceOptions): Promise<Express> {
  const { access, configuration, history, logger, product, signal, tests } = options;
  const { fleet, metrics, status } = product;
  const addresses = createAddresses({ wanted: fleet.desired, systems: () => fleet.systems.keys() });
  status.onChange(() => addresses.changed());
  return createApi({
    version,
    status,
    metrics,
    ready: () => readiness(product),
    access,
    configuration,
    acts: actsOf(product),
    previews: createPreviews(product, () => configuration.current().document),
    tests,
    history,
    addresses,
    audit: {
      act(act) {
        history.act(act);
        logger.info({ ...act }, 'act');
      },
    },
    assets: await loadAssets(),
    clock: systemClock(),
    log: logger,
    signal,
    frameAncestors: () => whoMayFrame(configuration.document().fabrics, options.appCenterFabric()),
  });
}

/** Sources of CSP. The GUI comes from any of the fabric's controllers; on an APIC the page and the GUI are of one origin. */
export function whoMayFrame(
  fabrics: readonly { readonly name: string; readonly controllers?: readonly string[] }[],
  appCenterFabric: string | undefined,
): readonly string[] {
  if (appCenterFabric === undefined) return ["'none'"];
  const fabric = fabrics.find(({ name }) => name === appCenterFabric);
  return ["'self'", ...(fabric?.controllers ?? [])];
}

function actsOf(product: Product): Acts {
  const { clock, fleet, ledger } = product;
  return new PersonsActs({
    document: () => product.document,
    ledger,
    clock,
    acted: () => fleet.everythingDirty(),
    resync: (name) => fleet.resync(name),
    viewOf: (name) => (fleet.systems.get(name as SystemName) ?? fleet.sources.get(name as SourceName))?.view,
  });
}

/** Ready when every source and system has been asked once: an unreachable cluster is shown, and is no reason not to be ready. */
function readiness({ fleet }: Product): Readiness {
  return fleet.isSettled
    ? { ready: true, detail: 'ready' }
    : { ready: false, detail: 'first reading of sources and systems' };
}
