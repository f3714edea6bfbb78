/**
 * Names of target objects: a template with its placeholders filled in, as ACI takes it for a name.
 */
import { digest } from '../model/digest.ts';
import type { Placeholder } from '../model/name-template.ts';

export interface RenderedName {
  readonly name: string;
  /** As the template says, before it was made valid. */
  readonly full: string;
}

const longest = 64;
const kept = 55;

/**
 * The name with its placeholders filled in, made valid for ACI: other characters than [a-zA-Z0-9_.:-] become `_`, and
 * a name that is too long ends in a digest of the whole. A placeholder without a value stays empty.
 */
export function renderName(
  template: string,
  values: Readonly<Partial<Record<Placeholder, string>>>,
): RenderedName {
  const full = template.replaceAll(/\{(\w+)\}/g, (_, name: Placeholder) => values[name] ?? '');
  return { full, name: validName(full) };
}

/** The text as a name that ACI takes; a text that had to be cut ends in a digest of the whole. */
export function validName(text: string): string {
  const valid = text.replaceAll(/[^a-zA-Z0-9_.:-]/g, '_');
  return valid.length <= longest ? valid : `${valid.slice(0, kept)}_${digest(text, 8)}`;
}
