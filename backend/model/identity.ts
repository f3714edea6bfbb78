/**
 * Names and identities. Every id is a branded string, so that a cluster's name cannot be passed for a fabric's.
 */
declare const brand: unique symbol;
export type Brand<Name extends string> = string & { readonly [brand]: Name };

/** Of a cluster, or of a fabric whose learned endpoints are followed. Clusters, fabrics and load balancers share their names. */
export type SourceName = Brand<'SourceName'>;
export type SystemName = Brand<'SystemName'>;
export type MappingName = Brand<'MappingName'>;
/** Identifies one installation of this product; part of every ownership mark. 4–12 of [a-z0-9]. */
export type InstanceId = Brand<'InstanceId'>;
/** Short stable id of a mapping or a source inside a mark: 8 hexadecimal digits of its name's digest. */
export type ShortId = Brand<'ShortId'>;
/** `namespace/name`; the name alone for objects without a namespace. */
export type ObjectPath = Brand<'ObjectPath'>;

/** The kinds of target object that exist so far. A new kind adds its word here and its own folder of files. */
export type TargetKind =
  | 'externalEpg'
  | 'redirectPolicy'
  | 'pool'
  /** Never wanted by itself: it comes and goes with redirect destinations, and one that is left over is cleared away. */
  | 'redirectHealthGroup';

/**
 * Which target object: the unit of reconciliation. Notifications of sources and of systems both lead to keys,
 * never to instructions.
 */
export interface TargetKey {
  readonly system: SystemName;
  readonly kind: TargetKind;
  /**
   * Canonical name on the system, in the field's words, parts joined by `/`: `tenant/l3out/name` for an external EPG,
   * `tenant/name` for a redirect policy or health group, `partition/name` for a pool on a BIG-IP, the backend's name on HAProxy.
   */
  readonly name: string;
}

/** `TargetKey` as one string (`system|kind|name`), for maps and logs. */
export type KeyText = Brand<'KeyText'>;

export function keyText(key: TargetKey): KeyText {
  return `${key.system}|${key.kind}|${key.name}` as KeyText;
}

export function parseKeyText(text: KeyText): TargetKey {
  const [system = '', kind = '', ...name] = text.split('|');
  return { system: system as SystemName, kind: kind as TargetKind, name: name.join('|') };
}

export function objectPath(namespace: string | undefined, name: string): ObjectPath {
  return (namespace === undefined || namespace === '' ? name : `${namespace}/${name}`) as ObjectPath;
}
