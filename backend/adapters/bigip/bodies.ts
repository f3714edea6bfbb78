/** Attributes of pools and members as they are written, and as they then read back. */
import type { Attributes } from '../../model/target-object.ts';
import type { Json } from './json.ts';
import { monitorRule } from './names.ts';
import { stateBodies } from './record.ts';

const numbers: Readonly<Record<string, string>> = {
  weight: 'ratio',
  priorityGroup: 'priorityGroup',
  connectionLimit: 'connectionLimit',
};

/** What a person or the device has made of what is not named stays. */
export function memberBody(attributes: Attributes): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'state') Object.assign(body, stateBodies[value]);
    const property = numbers[name];
    if (property !== undefined) body[property] = Number(value);
  }
  return body;
}

/** Trap: with `state` a member that monitors have not looked at yet counts as up at once. */
export function newMemberBody(attributes: Attributes): Json {
  const body = { ...memberBody(attributes) };
  delete body['state'];
  return body;
}

export function poolBody(attributes: Attributes): Json {
  return { ...attributes };
}

export function canonicalAttributes(attributes: Attributes): Attributes {
  const { monitor } = attributes;
  return monitor === undefined ? attributes : { ...attributes, monitor: monitorRule(monitor) };
}

/** Those of `wanted` that are not so. */
export function differing(wanted: Attributes, there: Attributes): Attributes {
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => there[name] !== value));
}
