/** What is wrong with a request, in plain words, per field. What may be a secret is never told back. */
import type { z } from 'zod';
import type { Fault } from '../model/fault.ts';

const secretNames = /pass|secret|token|key|code|current|next|text|credential|bearer|session/i;
const most = 20;

/** `known`: the names that there are, told when a name is not among them. */
export function requestFaults(
  error: z.ZodError | undefined,
  sent: unknown,
  known: readonly string[] = [],
): readonly Fault[] {
  return (error?.issues ?? []).flatMap((issue) => faultsOf(issue, sent, known)).slice(0, most);
}

function faultsOf(issue: z.core.$ZodIssue, sent: unknown, known: readonly string[]): readonly Fault[] {
  const at = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const expected =
      known.length > 0 ? `there is no such parameter; expected: ${known.join(', ')}` : 'is not expected';
    return issue.keys.map((name) => fault([...at, cut(name)], 'it', expected));
  }
  return [fault(at, foundAt(issue.path, sent), issue.message.replace(/^Invalid (input|option): /, ''))];
}

function fault(path: readonly string[], found: string, expected: string): Fault {
  return { path: path.join('.'), found, expected };
}

function foundAt(path: readonly PropertyKey[], sent: unknown): string {
  const value = path.reduce<unknown>((within, name) => memberOf(within, name), sent);
  if (value === undefined) return 'nothing';
  if (path.some((name) => secretNames.test(String(name)))) return '(not shown)';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return JSON.stringify(typeof value === 'string' ? cut(value) : value);
}

function memberOf(within: unknown, name: PropertyKey): unknown {
  if (typeof within !== 'object' || within === null || !Object.hasOwn(within, name)) return undefined;
  return (within as Record<PropertyKey, unknown>)[name];
}

function cut(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
