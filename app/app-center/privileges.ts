/**
 * Root is given away as soon as it is not needed. The APIC starts an app as root; of that only two things are needed: to take the folders
 * that are ours, and to listen on port 80.
 *
 *     start            folders are taken, then everything is done as the user 10001 …
 *     listening        … root once more, for that call alone
 *     afterwards       root is given away for ever
 *
 * Where the system does not let us, we stay what we are, and say so.
 */
import { chownSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const unprivileged = 10_001;

/** Of `process`. */
export interface Processes {
  getuid(): number;
  seteuid(id: number): void;
  setegid(id: number): void;
  setgroups(ids: readonly number[]): void;
  setuid(id: number): void;
  setgid(id: number): void;
}

export interface Privileges {
  /** Runs `work` as what we were started as. */
  privileged<Result>(work: () => Promise<Result>): Promise<Result>;
  /** For ever. */
  drop(): void;
}

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** We are no root, or are to stay what we are. */
export const keepPrivileges: Privileges = { privileged: (work) => work(), drop: () => undefined };

/** `folders`: those that are ours, with all that is in them. */
export function givePrivilegesAway(
  folders: readonly string[],
  log: Log,
  system: Processes = ownProcess(),
): Privileges {
  if (system.getuid() !== 0) return keepPrivileges;
  try {
    for (const folder of folders) take(folder);
    become(system, unprivileged);
    for (const folder of folders) tryOut(folder);
  } catch (thrown) {
    log.warn({ why: messageOf(thrown) }, 'this stays root: as another user it cannot do its work here');
    restore(system);
    return keepPrivileges;
  }
  return {
    async privileged(work) {
      become(system, 0);
      try {
        return await work();
      } finally {
        become(system, unprivileged);
      }
    },
    drop() {
      try {
        become(system, 0);
        system.setgid(unprivileged);
        system.setuid(unprivileged);
        log.info({ uid: unprivileged, gid: unprivileged }, 'root was given away');
      } catch (thrown) {
        log.warn({ why: messageOf(thrown) }, 'root could not be given away for ever');
        become(system, unprivileged);
      }
    },
  };
}

/** Trap: what a user may be given away first is the group, and taken back last: only root may change it. */
function become(system: Processes, id: number): void {
  if (id === 0) {
    system.seteuid(0);
    system.setegid(0);
    return;
  }
  system.setgroups([id]);
  system.setegid(id);
  system.seteuid(id);
}

function restore(system: Processes): void {
  try {
    become(system, 0);
  } catch {
    // Then it never was anything else.
  }
}

/** Trap: `access` answers for whom the process was started as. A folder above may be root's alone, and our own program too. */
function tryOut(folder: string): void {
  const path = join(folder, `.${process.pid}.tmp`);
  writeFileSync(path, '');
  rmSync(path);
  readFileSync(import.meta.filename);
}

/** The folder's own files; where links lead is not ours. */
function take(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return;
  if (found.uid !== unprivileged || found.gid !== unprivileged) chownSync(path, unprivileged, unprivileged);
  if (!found.isDirectory()) return;
  for (const name of readdirSync(path)) take(join(path, name));
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function ownProcess(): Processes {
  const { getuid, seteuid, setegid, setgroups, setuid, setgid } = process;
  if (!getuid || !seteuid || !setegid || !setgroups || !setuid || !setgid) return { ...nobody };
  return {
    getuid,
    seteuid: (id) => seteuid(id),
    setegid: (id) => setegid(id),
    setgroups: (ids) => setgroups([...ids]),
    setuid: (id) => setuid(id),
    setgid: (id) => setgid(id),
  };
}

/** A system without users of this kind. */
const nothing = (): void => undefined;
const nobody: Processes = {
  getuid: () => 1,
  seteuid: nothing,
  setegid: nothing,
  setgroups: nothing,
  setuid: nothing,
  setgid: nothing,
};
