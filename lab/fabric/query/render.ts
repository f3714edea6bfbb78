/**
 * Objects as JSON text. Results carry `dn` and no `rn`; what is nested carries `rn` and no `dn`. The text of the
 * attributes is kept on the object until it changes, because the same objects are read over and over.
 */
import type { Mo } from '../model/mo.ts';
import type { ClassMeta } from '../model/meta.ts';
import type { Properties } from './parameters.ts';
import type { Change } from '../write/transaction.ts';

export type Place = 'result' | 'nested';

export function renderMo(
  mo: Mo,
  options: { place: Place; properties: Properties; children?: string },
): string {
  const attributes = renderAttributes(mo, options.place, options.properties);
  const children = options.children ? `,"children":[${options.children}]` : '';
  return `{"${mo.meta.name}":{"attributes":{${attributes}}${children}}}`;
}

/** Faults are the exception: as results they carry both names. */
function renderAttributes(mo: Mo, place: Place, properties: Properties): string {
  const rn = `"rn":${JSON.stringify(mo.rn)}`;
  const dn = `"dn":${JSON.stringify(mo.dn)}`;
  const names = place === 'nested' ? rn : mo.meta.name === 'faultInst' ? `${dn},${rn}` : dn;
  const rest =
    properties === 'all'
      ? (mo.rendered ??= renderProps(mo, mo.meta.shown))
      : renderProps(mo, chosen(mo.meta, properties));
  return rest === '' ? names : `${names},${rest}`;
}

function chosen(meta: ClassMeta, properties: Properties): readonly string[] {
  if (properties === 'naming-only') return meta.naming;
  return meta.shown.filter((prop) => meta.configurable.has(prop) || meta.naming.includes(prop));
}

const defaultTexts = new Map<ClassMeta, Readonly<Record<string, string>>>();

/** Most attributes of most objects are defaults: their text is made once for the class. */
function defaultsOf(meta: ClassMeta): Readonly<Record<string, string>> {
  let texts = defaultTexts.get(meta);
  if (texts === undefined) {
    texts = Object.fromEntries(meta.shown.map((prop) => [prop, pair(prop, meta.defaultOf(prop))]));
    defaultTexts.set(meta, texts);
  }
  return texts;
}

function pair(prop: string, value: string): string {
  return `"${prop}":${JSON.stringify(value)}`;
}

function renderProps(mo: Mo, props: readonly string[]): string {
  const defaults = defaultsOf(mo.meta);
  let text = '';
  for (const prop of props) {
    const own = mo.own[prop];
    text += `${text === '' ? '' : ','}${own === undefined ? (defaults[prop] ?? '') : pair(prop, own)}`;
  }
  return text;
}

export function renderError(code: string, text: string): string {
  return JSON.stringify({ totalCount: '1', imdata: [{ error: { attributes: { code, text } } }] });
}

export function attributesOf(mo: Mo): Record<string, string> {
  return { dn: mo.dn, ...Object.fromEntries(mo.meta.shown.map((prop) => [prop, mo.get(prop)])) };
}

/** The answer to `rsp-subtree=modified`: what really changed, each with its status. */
export function renderChanges(changes: readonly Change[]): string {
  const imdata = changes.map(({ kind, mo, before }) => {
    const shown =
      kind === 'created' ? [...mo.meta.configurable] : kind === 'modified' ? Object.keys(before) : [];
    const values = shown.map((prop): [string, string] => [prop, mo.get(prop)]);
    return { [mo.meta.name]: { attributes: { dn: mo.dn, ...Object.fromEntries(values), status: kind } } };
  });
  return JSON.stringify({ totalCount: String(imdata.length), imdata });
}
