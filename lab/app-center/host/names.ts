/**
 * Names of everything that is made on the machine. They carry the number of the process that made them, so that what a
 * killed process left behind can be told from what another one is using.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const owner = process.pid;

/** Of a network namespace. */
export const namespaceName = (index: number): string => `aksn${owner}-${index}`;
export const folderName = (): string => join(tmpdir(), `aci-kube-sync-app-center-${owner}`);

const ofOurs = /^(?:aksn|aci-kube-sync-app-center-)(\d+)/;

/** Whether the name is one of these, of a process that is no more. */
export function isLeftBehind(name: string): boolean {
  const process = ofOurs.exec(name)?.[1];
  return process !== undefined && Number(process) !== owner && !isAlive(Number(process));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
