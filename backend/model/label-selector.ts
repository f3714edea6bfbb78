/**
 * Kubernetes label selectors: parsed once, then matched against labels.
 *
 * Grammar (comma separated, all must hold): `k=v`, `k==v`, `k!=v`, `k in (a, b)`, `k notin (a, b)`, `k`, `!k`.
 * As in Kubernetes, `!=` and `notin` also hold where the label is absent.
 */
import type { Labels } from './cluster-records.ts';

export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent';
  readonly values: readonly string[];
}

export interface LabelSelector {
  readonly text: string;
  readonly requirements: readonly Requirement[];
}

const key = '(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?';
const value = '(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?';
const forms = {
  set: new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([^()]*)\\)$`),
  equal: new RegExp(`^(${key})\\s*(==|=|!=)\\s*(${value})$`),
  exists: new RegExp(`^(!?)\\s*(${key})$`),
};
const validValue = new RegExp(`^${value}$`);

/** Splits at commas outside parentheses. */
function terms(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((term) => term.trim());
}

function parseTerm(term: string): Requirement | undefined {
  const set = forms.set.exec(term);
  if (set !== null) {
    const values = (set[3] ?? '').split(',').map((each) => each.trim());
    if (!values.every((each) => validValue.test(each))) return undefined;
    return { key: set[1] ?? '', operator: set[2] as 'in' | 'notin', values };
  }
  const equal = forms.equal.exec(term);
  if (equal !== null)
    return { key: equal[1] ?? '', operator: equal[2] === '!=' ? 'notin' : 'in', values: [equal[3] ?? ''] };
  const exists = forms.exists.exec(term);
  if (exists !== null)
    return { key: exists[2] ?? '', operator: exists[1] === '!' ? 'absent' : 'exists', values: [] };
  return undefined;
}

/** The selector, or the first term that is not one. Blank text selects everything. */
export function parseLabelSelector(text: string): LabelSelector | { readonly fault: string } {
  if (text.trim() === '') return { text: '', requirements: [] };
  const requirements: Requirement[] = [];
  for (const term of terms(text)) {
    const requirement = parseTerm(term);
    if (requirement === undefined) return { fault: term };
    requirements.push(requirement);
  }
  return { text, requirements };
}

export function matchesLabels(selector: LabelSelector | undefined, labels: Labels): boolean {
  return selector === undefined || selector.requirements.every((requirement) => holds(requirement, labels));
}

function holds({ key: name, operator, values }: Requirement, labels: Labels): boolean {
  const present = Object.hasOwn(labels, name);
  switch (operator) {
    case 'exists':
      return present;
    case 'absent':
      return !present;
    case 'in':
      return present && values.includes(labels[name] ?? '');
    case 'notin':
      return !present || !values.includes(labels[name] ?? '');
  }
}
