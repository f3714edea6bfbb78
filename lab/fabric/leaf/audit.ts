/** The audit log: one record for each object that somebody changed; the oldest go when there are too many. */
import { timestamp } from '../../clock.ts';
import { Mo } from '../model/mo.ts';
import { classMeta } from '../model/meta.ts';
import type { Commit, Store } from '../store.ts';
import type { Change } from '../write/transaction.ts';

const firstId = 2 ** 32;
const keptRecords = 5_000;
const indications = { created: 'creation', modified: 'modification', deleted: 'deletion' } as const;

export class Audit {
  readonly #store: Store;
  readonly #records: Mo[] = [];
  #count = 0;
  #transactions = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** What the fabric does to itself is not audited. Returns the records. */
  record({ author, changes, at }: Commit): Mo[] {
    if (author.user === 'system') return [];
    this.#transactions += 1;
    const common = {
      user: author.user,
      sessionId: author.sessionId,
      txId: String(576_460_752_303_423_488n + BigInt(this.#transactions)),
      created: timestamp(at),
    };
    return changes.slice(-keptRecords).map((change) => this.#add(change, common));
  }

  #add({ kind, mo, before }: Change, common: Readonly<Record<string, string>>): Mo {
    const meta = classMeta('aaaModLR');
    if (meta === undefined) throw new Error('aaaModLR is not in the class table');
    this.#count += 1;
    const id = String(firstId + this.#count);
    const record = new Mo(meta, { dn: `subj-[${mo.dn}]/mod-${id}`, rn: `mod-${id}` });
    Object.assign(record.own, common, {
      id,
      affected: mo.dn,
      ind: indications[kind],
      code: 'E4211938',
      changeSet: changeSet(mo, before),
      descr: `${mo.meta.def.label} ${mo.get(mo.meta.naming[0] ?? 'dn')} ${kind}`,
    });
    this.#store.tree.add(record);
    this.#records.push(record);
    const oldest = this.#records.length > keptRecords ? this.#records.shift() : undefined;
    if (oldest) this.#store.tree.drop(oldest);
    return record;
  }
}

/** `prop (Old: a, New: b)`; of a new object, nothing. Secrets stay out. */
function changeSet(mo: Mo, before: Readonly<Record<string, string>>): string {
  return Object.entries(before)
    .filter(([prop]) => mo.meta.shown.includes(prop))
    .map(([prop, old]) => `${prop} (Old: ${old}, New: ${mo.get(prop)})`)
    .join(', ');
}
