/** An entry as YAML, to read and to copy. Only what JSON can say. */
import { isWritten } from './written.ts';
import type { Written } from './written.ts';

const plain =
  /^(?:[A-Za-z][\w./-]*|\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?|\d+(?:ms|s|m|h|d|%)|https:\/\/[\w.-]+(?::\d+)?|(?:file|env|secret|unix|tcp):[\w./:-]*[\w/])$/;
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const widest = 100;

export function yamlText(entry: Written): string {
  return lines(entry, '').join('\n') + '\n';
}

function lines(entry: Written, indent: string): string[] {
  const fields = Object.entries(entry).filter(([, value]) => value !== undefined);
  return fields.flatMap(([key, value]) => {
    const head = `${indent}${scalar(key)}:`;
    if (typeof value === 'string' && isBlock(value))
      return [`${head} |`, ...blockLines(value, `${indent}  `)];
    const flat = `${head} ${flow(value)}`;
    if (!isNested(value) || (flat.length <= widest && !isWritten(value))) return [flat];
    if (Array.isArray(value))
      return [head, ...value.flatMap((each: unknown) => `${indent}  - ${flow(each)}`)];
    return [head, ...lines(value as Written, `${indent}  `)];
  });
}

function isNested(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isWritten(value) && Object.keys(value).length > 0;
}

/** A text such as a certificate, whose lines can stand as they are. */
function isBlock(text: string): boolean {
  return (
    /^[^\s].*\n/.test(text) && text.endsWith('\n') && !text.endsWith('\n\n') && /^[\x20-\x7e\n]*$/.test(text)
  );
}

function blockLines(text: string, indent: string): string[] {
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line));
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (!isWritten(value)) return scalar(value);
  const fields = Object.entries(value).map(([key, each]) => `${scalar(key)}: ${flow(each)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function scalar(value: unknown): string {
  if (typeof value === 'string' && plain.test(value) && !reserved.test(value)) return value;
  return JSON.stringify(value ?? null);
}
