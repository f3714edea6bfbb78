/** Bodies as JSON, within bounds: depth, keys, and texts that every part of us can carry. */
import { ProblemError } from '../model/problems.ts';

/** Deeper than anything that we take; far from what a recursive function could not walk. */
export const deepest = 40;

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** undefined: the body is empty. Throws `request.invalid`, which never repeats what was sent. */
export function parseJson(bytes: Uint8Array, depth = deepest): unknown {
  if (bytes.byteLength === 0) return undefined;
  const body = parsed(decoded(bytes));
  checkJson(body, depth);
  return body;
}

/** Throws `request.invalid`. */
export function checkJson(body: unknown, depth = deepest): void {
  let level: unknown[] = [body];
  for (let deep = 0; level.length > 0; deep += 1) {
    if (deep > depth) throw invalid(`expected at most ${depth} levels of lists and objects`);
    const next: unknown[] = [];
    for (const value of level) addInner(value, next);
    level = next;
  }
}

function addInner(value: unknown, next: unknown[]): void {
  if (typeof value === 'string') return checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) for (const name of Object.keys(value)) checkKey(name);
  for (const inner of Object.values(value)) next.push(inner);
}

function checkKey(name: string): void {
  checkText(name);
  if (forbiddenKeys.has(name)) throw invalid(`a field may not be called ${name}`);
}

function checkText(text: string): void {
  if (text.includes('\0')) throw invalid('a text has a character of code 0');
  if (!text.isWellFormed()) throw invalid('a text is not valid Unicode');
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('the body is not valid UTF-8');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words repeat what was sent.
    throw invalid('the body is not valid JSON');
  }
}

function invalid(detail: string): ProblemError {
  return new ProblemError('request.invalid', detail);
}
