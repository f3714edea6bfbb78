/** What the table of addresses asks for, as it stands in the address of the page. */
import type { AddressQuery } from '../../backend/api/contract/addresses.ts';
import type { ExposedAddress } from '../../backend/api/contract/models.ts';
import { stateWords } from './words.ts';

export const addressesPerPage = 100;

export type AddressSort = AddressQuery['sort'];

const sorts: readonly AddressSort[] = ['address', 'origin', 'source', 'node', 'state', 'mapping'];

/** What is not understood is left out. */
export function addressQuery(query: Readonly<Record<string, string>>): AddressQuery {
  const text = (name: string): string | undefined => query[name] || undefined;
  const offset = Number(query['offset'] ?? 0);
  return {
    search: text('search'),
    source: text('source'),
    mapping: text('mapping'),
    state: stateOf(query['state']),
    sort: sorts.find((one) => one === query['sort']) ?? 'address',
    descending: query['descending'] === 'true' ? 'true' : 'false',
    offset: Number.isInteger(offset) && offset > 0 ? offset : 0,
    limit: addressesPerPage,
  };
}

export const addressStates = Object.keys(stateWords) as readonly ExposedAddress['state'][];

function stateOf(text: string | undefined): AddressQuery['state'] {
  return addressStates.find((one) => one === text);
}

/** Same column: turn round. A new order begins at its first page. */
export function sortedBy(
  { sort, descending }: Pick<AddressQuery, 'sort' | 'descending'>,
  column: string,
): { readonly sort: string; readonly descending: string; readonly offset: string } {
  const turned = sort === column && descending === 'false';
  return { sort: column, descending: turned ? 'true' : '', offset: '' };
}
