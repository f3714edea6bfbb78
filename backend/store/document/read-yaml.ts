/**
 * YAML, so JSON too, as JSON has it; or where it is not YAML. What it found is never quoted where that may be a secret.
 */
import { parseDocument, type YAMLError } from 'yaml';
import type { Fault } from '../../model/fault.ts';

export type ReadYaml = { readonly value: unknown } | { readonly faults: readonly Fault[] };

export function readYaml(text: string): ReadYaml {
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) return { faults: document.errors.map(faultOf) };
  try {
    return { value: JSON.parse(JSON.stringify(document.toJS())) };
  } catch {
    // An alias without an anchor, or aliases of aliases, of which a few lines can make gigabytes.
    return {
      faults: [{ path: '', found: 'aliases (*NAME) that lead nowhere, or too far', expected: 'YAML' }],
    };
  }
}

/** These quote words of the text: a password may begin with `|` or `%`. */
const quoting: readonly YAMLError['code'][] = ['UNEXPECTED_TOKEN', 'BAD_DIRECTIVE', 'BAD_ALIAS'];

function faultOf(error: YAMLError): Fault {
  const said = error.message.split('\n')[0] ?? error.code;
  return {
    path: `line ${error.linePos?.[0].line ?? 1}`,
    found: quoting.includes(error.code) ? 'something that cannot stand there; a text in quotes can' : said,
    expected: 'YAML',
  };
}
