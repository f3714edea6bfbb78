/**
 * YAML, so JSON too, as plain values; or where it is not YAML. What it found is never quoted where that may be a secret.
 */
import { LineCounter, parseDocument, type YAMLError } from 'yaml';
import type { Fault } from '../../model/fault.ts';

export type ReadYaml = { readonly value: unknown } | { readonly faults: readonly Fault[] };

export function readYaml(text: string): ReadYaml {
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: new LineCounter() });
  if (document.errors.length > 0) return { faults: document.errors.map(faultOf) };
  try {
    return { value: document.toJS() };
  } catch {
    // An alias without an anchor, or aliases of aliases, of which a few lines can make gigabytes.
    return { faults: [{ path: '', found: 'aliases (*NAME) that lead nowhere, or too far', expected: 'YAML' }] };
  }
}

/** These quote a word of the text: one that begins with `*` or `!`, which a password may. */
const quoting: readonly YAMLError['code'][] = ['BAD_ALIAS', 'TAG_RESOLVE_FAILED'];

function faultOf(error: YAMLError): Fault {
  const said = error.message.split('\n')[0] ?? error.code;
  return {
    path: `line ${error.linePos?.[0].line ?? 1}`,
    found: quoting.includes(error.code) ? 'a value that begins with * or !; put it in quotes' : said,
    expected: 'YAML',
  };
}
