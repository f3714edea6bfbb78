/**
 * Previews for the page: an entry as it is written, checked in its place in the document, and planned over what runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PreviewModel } from '../backend/api/contract/preview.ts';
import type { Previews } from '../backend/api/ports.ts';
import { desiredStateInSteps } from '../backend/desire/desired-state.ts';
import type { Fault } from '../backend/model/fault.ts';
import type { MappingName, TargetKey } from '../backend/model/identity.ts';
import { createPlanner } from '../backend/plan/make-plan.ts';
import { aside } from '../backend/reconcile/aside.ts';
import { previewMapping, type Preview } from '../backend/reconcile/preview.ts';
import { previewModel } from '../backend/report/preview-model.ts';
import { checkDocument } from '../backend/store/document/parse-document.ts';
import type { Product } from './compose.ts';
import { newestFirst } from './newest-first.ts';

/** One for each of a few people who edit at once. */
const mostWaiting = 3;

/** The document as it is written. */
interface Written {
  readonly mappings: readonly { readonly name: string }[];
}

export function createPreviews({ fleet, clock }: Product, written: () => Written): Previews {
  const parts = {
    systems: () => fleet.systems,
    views: (source: Parameters<typeof fleet.sources.get>[0]) => fleet.sources.get(source)?.view,
    inForce: fleet.desired,
    createPlanner,
    clock,
  };
  const inTurn = newestFirst<PreviewModel>(mostWaiting);
  return {
    async preview(mapping, replaces): Promise<PreviewModel> {
      const document = written();
      const { name } = mapping as { readonly name: string };
      const place = document.mappings.findIndex((each) => each.name === (replaces ?? name));
      const index = place === -1 ? document.mappings.length : place;
      const mappings: unknown[] = [...document.mappings];
      mappings[index] = mapping;
      const checked = checkDocument({ ...document, mappings });
      if ('faults' in checked) return faulty(checked.faults, `mappings[${index}].`);
      const createDesired = (of: typeof checked.document) =>
        desiredStateInSteps({ document: of, instance: of.instance, views: parts.views }, fleet.desired);
      const edit = {
        name: name as MappingName,
        replaces: document.mappings[place]?.name as MappingName | undefined,
      };
      const make = () => aside(previewMapping(checked.document, edit, { ...parts, createDesired }));
      return inTurn(JSON.stringify([mapping, document.mappings, place]), async () => {
        const preview = await make();
        const unread = unreadIn(preview);
        if (unread.length === 0) return previewModel(preview);
        fleet.lookAt(preview.mapping.to);
        await untilRead(unread, fleet);
        return previewModel(await make());
      });
    },
  };
}

/** Objects in places that no mapping writes to yet have not been read. */
function unreadIn({ targets }: Preview): readonly TargetKey[] {
  return targets.flatMap(({ desired, actual }) => ('code' in actual ? [desired.key] : []));
}

/** Or for two seconds: a place that is not there stays unread. */
async function untilRead(
  keys: readonly TargetKey[],
  { systems }: Pick<Product['fleet'], 'systems'>,
): Promise<void> {
  const isRead = (key: TargetKey): boolean => {
    const actual = systems.get(key.system)?.view.get(key);
    return actual !== undefined && !('code' in actual);
  };
  for (let turn = 0; turn < 20 && !keys.every(isRead); turn += 1) await sleep(100);
}

/** Paths point into the entry; what is wrong elsewhere because of it keeps its whole path. */
function faulty(faults: readonly Fault[], prefix: string): PreviewModel {
  return {
    faults: faults.map((fault) => ({
      ...fault,
      path: fault.path.startsWith(prefix) ? fault.path.slice(prefix.length) : fault.path,
    })),
    groups: 0,
    addresses: 0,
    targets: [],
    total: 0,
    changes: [],
    problems: [],
    cutOff: [],
  };
}
