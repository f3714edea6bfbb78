/** Reads the JSON of a POST into a tree of nodes, refusing what the APIC's own parser refuses. */
import { classMeta, type ClassMeta } from '../model/meta.ts';
import { errors } from '../model/errors.ts';

export interface WriteNode {
  readonly meta: ClassMeta;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly WriteNode[];
}

/** A body is one object, or an array of them. */
export function parseBody(body: string): WriteNode[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw errors.incompleteValue();
  }
  return (Array.isArray(parsed) ? (parsed as unknown[]) : [parsed]).map(parseNode);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parseNode(value: unknown): WriteNode {
  const [entry, ...more] = isRecord(value) ? Object.entries(value) : [];
  if (entry === undefined || more.length > 0) throw errors.incompleteValue();
  const [className, inner] = entry;
  const meta = classMeta(className);
  if (meta === undefined) throw errors.unknownClassInBody(className);
  // JSON.parse keeps the order of keys, so the order that was sent can be told.
  if (!isRecord(inner) || Object.keys(inner)[0] !== 'attributes' || !isRecord(inner['attributes'])) {
    throw errors.attributesFirst();
  }
  const children = inner['children'] ?? [];
  if (!Array.isArray(children)) throw errors.incompleteValue();
  return {
    meta,
    attributes: stringsOnly(inner['attributes']),
    children: (children as unknown[]).map(parseNode),
  };
}

function stringsOnly(attributes: Record<string, unknown>): Record<string, string> {
  for (const value of Object.values(attributes))
    if (typeof value !== 'string') throw errors.incompleteValue();
  return attributes as Record<string, string>;
}

export function countNodes(nodes: readonly WriteNode[]): number {
  return nodes.reduce((sum, node) => sum + 1 + countNodes(node.children), 0);
}
