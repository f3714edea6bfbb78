/**
 * One fault of a document: where, what stands there, what was expected. What stands where a secret may, written there by mistake
 * instead of its reference, is not shown.
 */
import type { z } from 'zod';
import type { Fault } from '../../model/fault.ts';
import { isReferencePlace } from './reference-places.ts';

export function describeFault({ path, found, expected }: Fault): string {
  return `${path === '' ? '(document)' : path}: found ${found}, expected ${expected}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}

function foundText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty object' : `an object with ${keys.join(', ')}`;
  }
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function hiddenText(value: unknown): string {
  if (typeof value === 'object' || value === undefined) return foundText(value);
  return `a ${typeof value === 'string' ? 'text' : typeof value}, not shown`;
}

/** No key of these is a secret's, nor like one's. */
const open: readonly PropertyKey[] = ['mappings', 'settings'];

function unknownKeyText(path: readonly PropertyKey[], value: unknown): string {
  const isOpen = open.includes(path[0] ?? '') && path.at(-1) !== 'secret';
  return isOpen ? foundText(value) : hiddenText(value);
}

/** Faults of a zod error, one per line an admin must correct. */
export function faultsOf(error: z.ZodError, input: unknown): Fault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        found: unknownKeyText([...issue.path, key], valueAt(input, [...issue.path, key])),
        expected: 'no such key; see docs/configuration.md',
      }));
    const value = valueAt(input, issue.path);
    const isHidden = isReferencePlace(issue.path) || issue.path.at(-1) === 'secret';
    const found = isHidden ? hiddenText(value) : foundText(value);
    return [
      {
        path: pathText(issue.path),
        found,
        expected: issue.code === 'invalid_type' ? typeText(issue) : issue.message,
      },
    ];
  });
}

function typeText(issue: { readonly message: string; readonly expected: string }): string {
  return issue.message.startsWith('Invalid input') ? `a value of type ${issue.expected}` : issue.message;
}
