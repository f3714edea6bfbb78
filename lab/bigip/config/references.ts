/** What refers to what: monitors must be there to be named, and what is in use is not removed. */
import { errors } from '../errors.ts';
import { folders, kindsInFolders } from './kinds.ts';
import { parseMonitors } from './monitors.ts';
import type { Attributes, ConfigObject, Draft } from './store.ts';

export function requireMonitors(draft: Draft, { monitor }: Attributes): void {
  if (typeof monitor !== 'string') return;
  for (const name of parseMonitors(monitor)) {
    if (!draft.get('monitor', name)) throw errors.noMonitor(name);
  }
}

export function remove(draft: Draft, object: ConfigObject): void {
  switch (object.kind) {
    case 'node':
      refuseIfMember(draft, object);
      break;
    case 'pool':
      refuseIfServed(draft, object);
      for (const member of [...draft.all('member', object.path)]) draft.remove(member);
      break;
    case 'partition':
      emptied(draft, object);
      break;
    default:
      break;
  }
  draft.remove(object);
}

/** The node of a member, which lives in the member's partition and folder. */
export function nodePathOf(member: ConfigObject): string {
  const colon = /[:.](?:\d+|any|\*)$/.exec(member.path);
  return member.path.slice(0, colon?.index);
}

function refuseIfMember(draft: Draft, node: ConfigObject): void {
  for (const pool of draft.all('pool')) {
    const isUsed = draft.all('member', pool.path).some((member) => nodePathOf(member) === node.path);
    if (isUsed) throw errors.nodeInUse(node.path, pool.path);
  }
}

function refuseIfServed(draft: Draft, pool: ConfigObject): void {
  const server = draft.all('virtual').find(({ attributes }) => attributes['pool'] === pool.path);
  if (server) throw errors.poolInUse(pool.path, server.path);
}

/** Removing a partition takes its folders along, and is refused while anything else is in it. */
function emptied(draft: Draft, { name }: ConfigObject): void {
  for (const kind of kindsInFolders) {
    if (draft.all(kind).some(({ partition }) => partition === name)) throw errors.partitionInUse(name);
  }
  for (const folder of [...draft.all(folders.kind)]) if (folder.partition === name) draft.remove(folder);
}
