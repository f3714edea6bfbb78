/** As `sabotages.ts`: what was decided is on the disk, and what was refused is not, also where a disk refuses or stands still. */
import type { Sabotage } from './sabotages.ts';

const storageThread = 'backend/store/thread/storage-thread.test.ts';
const relayedDatabase = 'backend/store/sqlite/relayed-database.test.ts';

export const storageSabotages: readonly Sabotage[] = [
  {
    law: 12,
    breaks: 'what was decided is told as done before the disk has it',
    file: 'backend/store/sqlite/relayed-database.ts',
    find: 'if (this.#sent !== undefined) this.#storage.settle();',
    put: '',
    noticedBy: relayedDatabase,
  },
  {
    law: 12,
    breaks: 'a short write takes the place of a good file',
    file: 'backend/store/file/write-whole.ts',
    find: 'const beside = `${path}.${process.pid}.tmp`;',
    put: 'const beside = path;',
    noticedBy: 'backend/store/file/json-file.test.ts',
  },
  {
    law: 'ADR 24',
    breaks: 'a text that was refused while the disk stood still comes into its place later',
    file: 'backend/store/thread/storage-worker.ts',
    find: "if (found === inPlace.givenUp) throw new Error('given up');",
    put: "if (found === null) throw new Error('given up');",
    noticedBy: storageThread,
  },
  {
    law: 'ADR 24',
    breaks: 'of a text that may be in effect after a restart nobody is told',
    file: 'backend/store/file/disk.ts',
    find: 'doubtful.add(path);\n        return',
    put: 'return',
    noticedBy: storageThread,
  },
  {
    law: 'ADR 24',
    breaks: 'of a text that the disk refused while it took its place nobody is told',
    file: 'backend/store/file/disk.ts',
    find: 'if (Atomics.load(decided, 0) === inPlace.inDoubt) doubtful.add(path);',
    put: '',
    noticedBy: storageThread,
  },
  {
    law: 'ADR 24',
    breaks: 'a slow disk is not waited for any more once it was silent',
    file: 'backend/store/thread/storage-thread.ts',
    find: 'return this.#isMute ? 0 : this.#patienceMs;',
    put: 'return this.#silentSince === undefined ? this.#patienceMs : 0;',
    noticedBy: storageThread,
  },
  {
    law: 'ADR 24',
    breaks: 'a write of which nobody knows whether it was taken is not repeated',
    file: 'backend/store/sqlite/relayed-database.ts',
    find: 'this.#unknown = change.parts;',
    put: 'this.#unknown = [];',
    noticedBy: relayedDatabase,
  },
  {
    law: 'docs/operations.md',
    breaks: 'a directory of a newer version is opened',
    file: 'backend/store/formats.ts',
    find: 'if (newer.length > 0) throw',
    put: 'if (newer.length < 0) throw',
    noticedBy: 'backend/store/formats.test.ts',
  },
  {
    law: 'docs/operations.md',
    breaks: 'older files are brought to the present form before a newer one is refused',
    file: 'backend/store/formats.ts',
    find: '  refuseNewer(folder, formats);\n  for (const format of formats) for (const each of copiesOf(format)) upgrade(folder, each);\n',
    put: '  for (const format of formats) for (const each of copiesOf(format)) upgrade(folder, each);\n  refuseNewer(folder, formats);\n',
    noticedBy: 'backend/store/formats.test.ts',
  },
];
