/** The items of ours that were on a system before anything was written here: who holds what from before is known by them. */
import { shortId } from '../model/digest.ts';
import type { InstanceId } from '../model/identity.ts';
import { keyText } from '../model/identity.ts';
import type { Mapping } from '../model/mapping.ts';
import type { PresentView, SeenItem } from './ports.ts';

export function seenItems(
  view: Pick<PresentView, 'owned'>,
  { instance, mappings }: { readonly instance: InstanceId; readonly mappings: readonly Mapping[] },
): SeenItem[] {
  const names = new Map(mappings.map(({ name }) => [shortId(name), name]));
  const seen: SeenItem[] = [];
  for (const { key, items } of view.owned())
    for (const { address, mark, name } of items.values()) {
      const mapping = mark?.instance === instance ? names.get(mark.mapping) : undefined;
      if (address !== undefined && mapping !== undefined)
        seen.push({ key: keyText(key), item: name, address, mapping });
    }
  return seen;
}
