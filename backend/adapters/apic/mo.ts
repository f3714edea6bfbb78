/**
 * Managed objects as they travel: replies and frames are decoded into flat records, writes are encoded as trees.
 * Nothing here knows what a class means.
 */
import { joinDn, type Dn } from './dn.ts';

/** An object as it was read or notified: nested children are flattened, each with its full DN. */
export interface Mo {
  readonly className: string;
  readonly dn: Dn;
  readonly attributes: Readonly<Record<string, string>>;
}

/** An object as it is written. Traps: `attributes` must be the first key, and every value a string. */
export type WireMo = Readonly<
  Record<
    string,
    { readonly attributes: Readonly<Record<string, string>>; readonly children?: readonly WireMo[] }
  >
>;

export interface Envelope {
  /** undefined when the reply does not say: such a reply is not complete. */
  readonly totalCount: number | undefined;
  readonly subscriptionId: string | undefined;
  readonly imdata: readonly Mo[];
  /** Objects of `imdata` before flattening. */
  readonly results: number;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringsOf(value: unknown, keep: ReadonlySet<string> | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  if (!isRecord(value)) return found;
  if (keep === undefined) {
    for (const [name, each] of Object.entries(value)) if (typeof each === 'string') found[name] = each;
    return found;
  }
  for (const name of keep) {
    const each = value[name];
    if (typeof each === 'string') found[name] = each;
  }
  return found;
}

interface Flattening {
  readonly keep: ReadonlySet<string> | undefined;
  readonly into: Mo[];
}

/** Children carry `rn` and no `dn`; results and frames carry `dn`. */
function flatten(value: unknown, parent: Dn, { keep, into }: Flattening): void {
  if (!isRecord(value)) return;
  for (const [className, body] of Object.entries(value)) {
    if (!isRecord(body) || !isRecord(body['attributes'])) continue;
    const { dn, rn } = body['attributes'];
    const own =
      typeof dn === 'string' && dn !== '' ? (dn as Dn) : joinDn(parent, typeof rn === 'string' ? rn : '');
    into.push({ className, dn: own, attributes: stringsOf(body['attributes'], keep) });
    const { children } = body;
    if (Array.isArray(children)) for (const child of children) flatten(child, own, { keep, into });
  }
}

/**
 * The envelope of a reply or of a frame, or undefined when `value` is not one. With `keep`, other attributes are dropped
 * as they enter: a fabric has far more than we use.
 */
export function decodeEnvelope(value: unknown, keep?: ReadonlySet<string>): Envelope | undefined {
  if (!isRecord(value) || !Array.isArray(value['imdata'])) return undefined;
  const { totalCount, subscriptionId } = value;
  const into: Mo[] = [];
  for (const each of value['imdata'] as readonly unknown[]) flatten(each, '' as Dn, { keep, into });
  return {
    totalCount: typeof totalCount === 'string' && /^\d+$/.test(totalCount) ? Number(totalCount) : undefined,
    subscriptionId: typeof subscriptionId === 'string' ? subscriptionId : undefined,
    imdata: into,
    results: value['imdata'].length,
  };
}

/** One object to write; `undefined` attributes are left out, since an empty text would clear the value. */
export function wireMo(
  className: string,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly WireMo[] = [],
): WireMo {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) given[name] = value;
  return { [className]: children.length === 0 ? { attributes: given } : { attributes: given, children } };
}
