/** Checks one value against its property and gives it the form in which the fabric keeps it. */
import { isIP } from 'node:net';
import type { PropDef } from './class-def.ts';
import type { ClassMeta } from './meta.ts';
import { errors } from './errors.ts';

interface Subject {
  readonly meta: ClassMeta;
  readonly dn: string;
  readonly rn: string;
}

export function normalise(on: Subject, name: string, value: string): string {
  const prop = on.meta.prop(name);
  if (prop === undefined) throw errors.unknownAttribute(name, on.meta.name);
  return checks[prop.kind]({ on, name, value, prop });
}

interface Check {
  readonly on: Subject;
  readonly name: string;
  readonly value: string;
  readonly prop: PropDef;
}

function unknownValue({ on, name, value }: Check): Error {
  return errors.unknownValue(value, name, { className: on.meta.name, dn: on.dn });
}

function checkText(check: Check): string {
  const { prop, value } = check;
  if (prop.kind !== 'text') return value;
  const fits =
    value.length >= (prop.min ?? 0) &&
    value.length <= (prop.max ?? Infinity) &&
    (value === '' || prop.re === undefined || prop.re.test(value));
  if (fits) return value;
  throw errors.validation(check.name, check.on.rn, value);
}

function checkEnum(check: Check): string {
  const { prop, value } = check;
  if (prop.kind !== 'enum') return value;
  if (prop.values.includes(value)) return value;
  const range = prop.numbers;
  if (range && /^\d+$/.test(value) && Number(value) >= range.min && Number(value) <= range.max) return value;
  throw unknownValue(check);
}

/** Any order and a trailing comma are taken; what is kept is alphabetical, without blanks. */
function checkFlags(check: Check): string {
  const { prop, value } = check;
  if (prop.kind !== 'flags') return value;
  const chosen = new Set(
    value
      .split(',')
      .map((flag) => flag.trim())
      .filter((flag) => flag !== '' && flag !== 'none'),
  );
  for (const flag of chosen) if (!prop.values.includes(flag)) throw unknownValue(check);
  return [...chosen].sort().join(',');
}

const booleans: Readonly<Record<string, string>> = { yes: 'yes', no: 'no', true: 'yes', false: 'no' };

function checkBool(check: Check): string {
  const known = Object.hasOwn(booleans, check.value) ? booleans[check.value] : undefined;
  if (known === undefined) throw unknownValue(check);
  return known;
}

/** Values that do not fit the type at all are unknown; values outside the allowed range are out of range. */
function checkNumber(check: Check): string {
  const { prop, value } = check;
  if (prop.kind !== 'number') return value;
  if (prop.names?.includes(value)) return value;
  if (!/^\d+$/.test(value) || (prop.range.max <= 255 && Number(value) > 255)) throw unknownValue(check);
  if (Number(value) < prop.range.min || Number(value) > prop.range.max) {
    throw errors.outOfRange(check.name, check.on.dn);
  }
  return String(Number(value));
}

const maskBits: Readonly<Record<number, number>> = { 4: 32, 6: 128 };

export function isPrefix(value: string): boolean {
  const [host = '', mask, ...more] = value.split('/');
  const bits = maskBits[isIP(host)];
  if (bits === undefined || more.length > 0 || host.includes('%')) return false;
  return mask === undefined || (/^\d{1,3}$/.test(mask) && Number(mask) <= bits);
}

/** A malformed address makes the name itself unreadable, so the refusal speaks of `dn`. */
function checkPrefix(check: Check): string {
  if (isPrefix(check.value)) return check.value;
  const naming = check.on.meta.naming.includes(check.name);
  throw unknownValue(naming ? { ...check, name: 'dn', value: check.on.rn } : check);
}

function checkMac(check: Check): string {
  const upper = check.value.toUpperCase();
  if (!/^[0-9A-F]{2}([:-][0-9A-F]{2}){5}$/.test(upper)) throw unknownValue(check);
  return upper.replaceAll('-', ':');
}

const checks: Readonly<Record<PropDef['kind'], (check: Check) => string>> = {
  text: checkText,
  enum: checkEnum,
  flags: checkFlags,
  bool: checkBool,
  number: checkNumber,
  prefix: checkPrefix,
  mac: checkMac,
  dn: ({ value }) => value,
  'read-only': ({ value }) => value,
  secret: ({ value }) => value,
};
