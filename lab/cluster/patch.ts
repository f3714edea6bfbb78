/** The three ways to patch an object: JSON patch, JSON merge patch, strategic merge patch. */
import { isRecord, sameJson } from './objects.ts';
import { badRequest } from './errors.ts';

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/** Lists that strategic merge joins by a key of their items; other lists are replaced. */
const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port'],
  conditions: ['type'],
  addresses: ['type'],
  ownerReferences: ['uid'],
  taints: ['key'],
  imagePullSecrets: ['name'],
};
/** Lists of plain values that are joined instead of replaced. */
const mergedSets = new Set(['finalizers']);

function mergeLists(target: unknown, patch: readonly unknown[], field: string): unknown[] {
  const base: unknown[] = Array.isArray(target) ? [...(target as unknown[])] : [];
  if (mergedSets.has(field)) return [...base, ...patch.filter((item) => !base.includes(item))];
  const key = mergeKeys[field]?.find((name) => patch.every((item) => isRecord(item) && name in item));
  const whole = patch.some((item) => isRecord(item) && item['$patch'] === 'replace');
  if (key === undefined || whole) {
    return patch.filter((item) => !(isRecord(item) && item['$patch'] === 'replace'));
  }
  for (const item of patch.filter(isRecord)) {
    const index = base.findIndex((known) => isRecord(known) && known[key] === item[key]);
    if (item['$patch'] === 'delete') {
      if (index >= 0) base.splice(index, 1);
    } else if (index >= 0) base[index] = strategicPatch(base[index], item);
    else base.push(strategicPatch({}, item));
  }
  return base;
}

function applyDirective(result: Record<string, unknown>, directive: string, value: unknown): void {
  const field = directive.slice(directive.indexOf('/') + 1);
  const current = result[field];
  if (!directive.startsWith('$deleteFromPrimitiveList/') || !Array.isArray(current)) return;
  const gone: unknown[] = Array.isArray(value) ? value : [];
  result[field] = current.filter((item) => !gone.includes(item));
}

export function strategicPatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const replace = patch['$patch'] === 'replace';
  const result: Record<string, unknown> = isRecord(target) && !replace ? { ...target } : {};
  const kept: unknown = patch['$retainKeys'];
  if (Array.isArray(kept)) {
    for (const key of Object.keys(result)) if (!kept.includes(key)) Reflect.deleteProperty(result, key);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) applyDirective(result, key, value);
    else if (value === null) Reflect.deleteProperty(result, key);
    else if (Array.isArray(value)) result[key] = mergeLists(result[key], value, key);
    else result[key] = strategicPatch(result[key], value);
  }
  return result;
}

interface Step {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

function pointer(path: string): string[] {
  if (path === '') return [];
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function readAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, part) => {
    if (Array.isArray(node)) return (node as unknown[])[Number(part)];
    return isRecord(node) ? node[part] : undefined;
  }, document);
}

type Edit = (holder: Record<string, unknown> | unknown[], part: string) => void;

/** A copy of the document in which `edit` has changed what holds the last part of `path`. */
function edited(document: unknown, path: readonly string[], edit: Edit): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return document;
  const list = Array.isArray(document);
  if (!list && !isRecord(document)) throw badRequest(`the patch's path is not in the object: ${part}`);
  const copy = list ? [...(document as unknown[])] : { ...document };
  if (rest.length === 0) edit(copy, part);
  else if (Array.isArray(copy)) copy[Number(part)] = edited(copy[Number(part)], rest, edit);
  else copy[part] = edited(copy[part], rest, edit);
  return copy;
}

function added(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return edited(document, path, (holder, part) => {
    if (Array.isArray(holder)) holder.splice(part === '-' ? holder.length : Number(part), 0, value);
    else holder[part] = value;
  });
}

function removed(document: unknown, path: readonly string[]): unknown {
  if (readAt(document, path) === undefined) {
    throw badRequest(
      `remove operation does not apply: doc is missing path: "/${path.join('/')}": missing value`,
    );
  }
  return edited(document, path, (holder, part) => {
    if (Array.isArray(holder)) holder.splice(Number(part), 1);
    else Reflect.deleteProperty(holder, part);
  });
}

function applyStep(document: unknown, step: Step): unknown {
  const path = pointer(step.path);
  switch (step.op) {
    case 'add':
      return added(document, path, step.value);
    case 'replace':
      return added(removed(document, path), path, step.value);
    case 'remove':
      return removed(document, path);
    case 'move':
      return added(
        removed(document, pointer(step.from ?? '')),
        path,
        readAt(document, pointer(step.from ?? '')),
      );
    case 'copy':
      return added(document, path, readAt(document, pointer(step.from ?? '')));
    case 'test':
      if (sameJson(readAt(document, path), step.value)) return document;
      throw badRequest(`testing path ${step.path} value failed`);
    default:
      throw badRequest(`Unexpected kind: ${step.op}`);
  }
}

/** RFC 6902. */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return (patch as Step[]).reduce(applyStep, target);
}
