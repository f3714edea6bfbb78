/**
 * Attributes of the objects of /mgmt/tm/ltm: what may be written, what they are when nobody wrote them, and how a
 * written value is kept. "None" and empty are kept as absent, as reads show them.
 */
import { errors } from '../errors.ts';
import { parseMonitors } from './monitors.ts';
import type { Attributes } from './store.ts';

/** Returns what is kept; undefined: nothing, as if never set. */
type Reader = (name: string, value: unknown) => unknown;

export interface AttributeRule {
  readonly read: Reader;
  readonly standard?: unknown;
  /** Set when the object is made, never afterwards. */
  readonly createOnly?: boolean;
}

export type AttributeRules = Readonly<Record<string, AttributeRule>>;

const text: AttributeRule = {
  read(name, value) {
    if (typeof value !== 'string') throw errors.badValue(name, value);
    return value === '' || value === 'none' ? undefined : value;
  },
};

function oneOf(standard: string, ...others: string[]): AttributeRule {
  return {
    standard,
    read(name, value) {
      if (![standard, ...others].some((known) => known === value)) throw errors.badValue(name, value);
      return value;
    },
  };
}

function between(low: number, high: number, standard: number): AttributeRule {
  return {
    standard,
    read(name, value) {
      const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isInteger(number)) throw errors.badValue(name, value);
      if (number < low || number > high) throw errors.outOfRange(name, String(number));
      return number;
    },
  };
}

const largest = 2 ** 31 - 1;

const metadata: AttributeRule = {
  read(name, value) {
    if (value === 'none') return undefined;
    if (!Array.isArray(value)) throw errors.badValue(name, value);
    const entries = value.map((entry: unknown) => {
      const { name: key, value: content = '', persist = 'true' } = entry as Record<string, unknown>;
      if (typeof key !== 'string' || typeof content !== 'string') throw errors.badValue(name, entry);
      return { name: key, persist: String(persist), value: content };
    });
    return entries.length > 0 ? entries : undefined;
  },
};

const monitor: AttributeRule = {
  read(name, value) {
    if (typeof value !== 'string') throw errors.badValue(name, value);
    return parseMonitors(value).length > 0 ? value.trim() : undefined;
  },
};

/** Members and nodes inherit unless they name monitors of their own; that there are to be none is kept. */
const inheritedMonitor: AttributeRule = {
  standard: 'default',
  read(name, value) {
    if (value === '/Common/none' || value === 'none') return '/Common/none';
    return monitor.read(name, value) ?? 'default';
  },
};

const rateLimit: AttributeRule = {
  standard: 'disabled',
  read(name, value) {
    if (value === 'disabled' || value === 0 || value === '0') return 'disabled';
    return String(between(1, largest, 1).read(name, value));
  },
};

const plain: AttributeRule = { read: (_name, value) => value };
const tos = { ...plain, standard: 'pass-through' };

const reachable = {
  description: text,
  metadata,
  connectionLimit: between(0, largest, 0),
  dynamicRatio: between(1, 65_535, 1),
  logging: oneOf('disabled', 'enabled'),
  monitor: inheritedMonitor,
  rateLimit,
  ratio: between(1, 100, 1),
  session: oneOf('user-enabled', 'user-disabled'),
  state: oneOf('user-up', 'user-down'),
  address: { ...text, createOnly: true },
} satisfies AttributeRules;

function fqdn(standard: Attributes): AttributeRule {
  return {
    standard,
    createOnly: true,
    read(name, value) {
      if (typeof value !== 'object' || value === null) throw errors.badValue(name, value);
      return { ...standard, ...value };
    },
  };
}

export const memberRules: AttributeRules = {
  ...reachable,
  fqdn: fqdn({ autopopulate: 'disabled' }),
  inheritProfile: oneOf('enabled', 'disabled'),
  priorityGroup: between(0, 65_535, 0),
  profiles: plain,
};

export const nodeRules: AttributeRules = {
  ...reachable,
  fqdn: fqdn({ addressFamily: 'ipv4', autopopulate: 'disabled', downInterval: 5, interval: '3600' }),
};

export const poolRules: AttributeRules = {
  description: text,
  metadata,
  monitor,
  profiles: plain,
  allowNat: oneOf('yes', 'no'),
  allowSnat: oneOf('yes', 'no'),
  ignorePersistedWeight: oneOf('disabled', 'enabled'),
  ipTosToClient: tos,
  ipTosToServer: tos,
  linkQosToClient: tos,
  linkQosToServer: tos,
  loadBalancingMode: oneOf(
    'round-robin',
    'dynamic-ratio-member',
    'dynamic-ratio-node',
    'fastest-app-response',
    'fastest-node',
    'least-connections-member',
    'least-connections-node',
    'least-sessions',
    'observed-member',
    'observed-node',
    'predictive-member',
    'predictive-node',
    'ratio-least-connections-member',
    'ratio-least-connections-node',
    'ratio-member',
    'ratio-node',
    'ratio-session',
    'weighted-least-connections-member',
    'weighted-least-connections-node',
  ),
  minActiveMembers: between(0, 65_535, 0),
  minUpMembers: between(0, 65_535, 0),
  minUpMembersAction: oneOf('failover', 'reboot', 'restart-all'),
  minUpMembersChecking: oneOf('disabled', 'enabled'),
  queueDepthLimit: between(0, largest, 0),
  queueOnConnectionLimit: oneOf('disabled', 'enabled'),
  queueTimeLimit: between(0, largest, 0),
  reselectTries: between(0, 65_535, 0),
  serviceDownAction: oneOf('none', 'drop', 'reselect', 'reset'),
  slowRampTime: between(0, largest, 10),
};

/** Sent back by clients that write what they read; of no effect. */
const echoed = new Set([
  'kind',
  'selfLink',
  'generation',
  'fullPath',
  'name',
  'partition',
  'subPath',
  'membersReference',
  'nameReference',
]);

function readAll(rules: AttributeRules, body: Attributes, isCreate: boolean): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    if (echoed.has(name)) continue;
    const rule = rules[name];
    if (rule === undefined) throw errors.unknownProperty(name);
    if (rule.createOnly && !isCreate) throw errors.notModifiable(name);
    read[name] = value === null ? undefined : rule.read(name, value);
  }
  return read;
}

function standards(rules: AttributeRules): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(rules)
      .filter(([, { standard }]) => standard !== undefined)
      .map(([name, { standard }]) => [name, standard]),
  );
}

function compact(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

export function attributesToCreate(rules: AttributeRules, body: Attributes): Attributes {
  return compact({ ...standards(rules), ...readAll(rules, body, true) });
}

/** PATCH merges. */
export function attributesToMerge(rules: AttributeRules, now: Attributes, body: Attributes): Attributes {
  return compact({ ...now, ...readAll(rules, body, false) });
}

/** PUT puts everything that it does not name back to what it was by default. */
export function attributesToReplace(rules: AttributeRules, now: Attributes, body: Attributes): Attributes {
  const fixed = Object.entries(now).filter(([name]) => rules[name]?.createOnly === true);
  return compact({ ...standards(rules), ...Object.fromEntries(fixed), ...readAll(rules, body, false) });
}

export function without(attributes: Attributes, ...names: readonly string[]): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.includes(name)));
}
