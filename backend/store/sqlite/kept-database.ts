/**
 * A database that is never to be without: it goes on in memory while its file cannot be written, and comes back from its last good
 * copy when its file is found damaged.
 */
import type { Problem } from '../../model/problems.ts';
import { openOrRestore, triedToSave } from './good-copy.ts';
import { surviving, type SurvivingDatabase, type SurvivingOptions } from './surviving-database.ts';

export interface KeptOptions extends SurvivingOptions {
  /** A change of these is copied at once; of the others, within the hour. */
  readonly copiedAtOnce: readonly string[];
  /** What was restored, or begun anew, is put right before anything else happens; answers what people must know of that. */
  readonly afterDamage: (database: SurvivingDatabase, copied: boolean) => string;
}

const copyMs = 3_600_000;
const damageShownMs = 24 * 3_600_000;

/** Only for who alone may use the file. Throws ProblemError. */
export function openKept(path: string, options: KeptOptions): SurvivingDatabase {
  const { database: file, damage } = openOrRestore(path, options);
  try {
    return new Kept(path, surviving(path, file, options), { options, damage });
  } catch (error) {
    file.close();
    throw error;
  }
}

interface Beginning {
  readonly options: KeptOptions;
  readonly damage: { readonly problem: Problem; readonly copied: boolean } | undefined;
}

class Kept implements SurvivingDatabase {
  readonly #path: string;
  readonly #database: SurvivingDatabase;
  readonly #copiedAtOnce: RegExp;
  readonly #timers: NodeJS.Timeout[];
  readonly #listeners = new Set<() => void>();
  #damage: Problem | undefined;
  #isChanged = true;
  #isUrgent = false;
  #inTransaction = false;
  #version: number;

  constructor(path: string, database: SurvivingDatabase, { options, damage }: Beginning) {
    this.#path = path;
    this.#database = database;
    this.#version = database.version();
    this.#copiedAtOnce = new RegExp(`\\b(${options.copiedAtOnce.join('|')})\\b`);
    if (damage !== undefined) {
      const { code, detail } = damage.problem;
      this.#damage = { code, detail: `${detail}. ${options.afterDamage(database, damage.copied)}` };
    }
    this.#copy();
    this.#timers = [
      setInterval(() => this.#copy(), copyMs).unref(),
      setTimeout(() => this.#forgetDamage(), damageShownMs).unref(),
    ];
  }

  get problem(): Problem | undefined {
    return this.#database.problem ?? this.#damage;
  }

  onProblem(listener: () => void): void {
    this.#listeners.add(listener);
    this.#database.onProblem(listener);
  }

  get: SurvivingDatabase['get'] = (sql, ...values) => this.#database.get(sql, ...values);

  all: SurvivingDatabase['all'] = (sql, ...values) => this.#database.all(sql, ...values);

  run: SurvivingDatabase['run'] = (sql, ...values) => {
    const count = this.#database.run(sql, ...values);
    this.#isChanged = true;
    this.#isUrgent ||= count > 0 && this.#copiedAtOnce.test(sql);
    if (!this.#inTransaction) this.#copyIfUrgent();
    return count;
  };

  transaction(body: () => void): void {
    this.#isChanged = true;
    this.#inTransaction = true;
    try {
      this.#database.transaction(body);
    } finally {
      this.#inTransaction = false;
    }
    this.#copyIfUrgent();
  }

  version(): number {
    const version = this.#database.version();
    // What another process writes comes from a person: a pause, an approval.
    if (version !== this.#version) {
      this.#version = version;
      this.#isChanged = true;
      this.#copy();
    }
    return version;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#copy();
    this.#database.close();
  }

  #copyIfUrgent(): void {
    if (this.#isUrgent) this.#copy();
    this.#isUrgent = false;
  }

  #copy(): void {
    if (this.#isChanged && this.#database.problem === undefined)
      this.#isChanged = !triedToSave(this.#path, this.#database);
  }

  #forgetDamage(): void {
    if (this.#damage === undefined) return;
    this.#damage = undefined;
    for (const listener of this.#listeners) listener();
  }
}
