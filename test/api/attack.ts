/** Requests: some as they should be, most of them bent in one way or another. */
import type { DescribedApi, JsonSchema, Operation } from './described.ts';
import { documentText, hostileTexts, hostileValue, names, secretMark } from './hostile.ts';
import type { Random } from './random.ts';

export interface Attack {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes over the wire; undefined: none. */
  readonly body: Buffer | undefined;
  /** The body as a value, where it is one: an envelope carries it. */
  readonly json: unknown;
}

export interface Attacker {
  readonly api: DescribedApi;
  /** One of these is asked for. */
  readonly operations: readonly Operation[];
  readonly random: Random;
  /** ETags that were seen, by path; some of them are stale. */
  readonly tags: ReadonlyMap<string, string>;
  /** The document as it was at first: sent again, it brings back what was removed. */
  readonly document: string;
  /** Numbers of versions that were seen. */
  readonly revisions: readonly string[];
}

export function attack(attacker: Attacker): Attack {
  const { operations, random, tags } = attacker;
  const operation = random.pick(operations);
  if (operation === undefined) throw new Error('there is no operation to ask for');
  const path = random.chance(0.03) ? nowhere(random) : pathOf(operation, attacker);
  const method = random.chance(0.04)
    ? random.pick(['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'])
    : operation.method;
  const body = method === 'GET' || method === 'HEAD' ? undefined : bodyOf(operation, attacker);
  return {
    operation,
    method,
    path,
    query: queryOf(operation, attacker),
    headers: {
      ...typeOf(body, random),
      ...conditionsOf(operation, tags.get(ownerOf(path)), random),
      ...odd(random),
    },
    body: body?.bytes,
    json: body?.json,
  };
}

function nowhere(random: Random): string {
  return random.pick([
    '/api/v1/../../etc/passwd',
    '/api/v1/mappings/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/api/v1/mappings/%00',
    '/api/v1/mappings/%c0%ae',
    '/%E0%A4%A',
    '/api/v1//status',
    '/api/v1/status/',
    '/api/v2/status',
    '//etc/passwd',
    '/index.html/..%2f',
    '/api/v1/mappings/' + 'x'.repeat(3000),
    '/proxy.json/x',
    '/api/v1/configuration/versions/-1',
    '/api/v1/configuration/versions/1e3',
    '/__proto__',
    '/api/v1/constructor',
  ]);
}

/** What has the tag that a request to this path must state. */
function ownerOf(path: string): string {
  return path.replace(/\/versions\/[^/]*\/restore$/, '');
}

function pathOf({ path }: Operation, { random, revisions }: Attacker): string {
  const known = namesOf[path.split('/')[3] ?? ''] ?? names;
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    if (name === 'revision' && random.chance(0.6)) return random.pick(revisions) ?? '1';
    if (random.chance(0.85)) return random.pick(known);
    return encodeURIComponent(random.pick(hostileTexts).toWellFormed()).replace(/^\.+$/, '%2e') || 'x';
  });
}

function queryOf({ query }: Operation, attacker: Attacker): [string, string][] {
  const { random } = attacker;
  const wanted = query
    .filter(() => random.chance(0.5))
    .map(({ name, schema }): [string, string] => {
      const value = random.chance(0.6) ? valueOf(schema, attacker, name) : random.pick(hostileTexts);
      return [name, String(value)];
    });
  const first = wanted[0];
  if (first !== undefined && random.chance(0.05)) wanted.push(first);
  if (random.chance(0.05)) wanted.push([random.pick(hostileTexts), random.pick(hostileTexts)]);
  return wanted;
}

interface Body {
  readonly bytes: Buffer;
  readonly json: unknown;
}

function bodyOf({ body, path }: Operation, attacker: Attacker): Body | undefined {
  const { random } = attacker;
  if (body === undefined && random.chance(0.8)) return undefined;
  const whole = body === undefined ? {} : valueOf(body, attacker, path);
  const json = random.chance(0.5) ? whole : bent(whole, random);
  const text = JSON.stringify(json);
  return { json, bytes: random.chance(0.85) ? Buffer.from(text) : broken(text, random) };
}

/** One part of it is something else, gone, or more than there should be. */
function bent(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.2)) return hostileValue(random);
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  const [name, inner] = (entries[at] ?? [random.pick(hostileTexts), null]) as [string, unknown];
  if (random.chance(0.2)) return Object.fromEntries(entries.toSpliced(at, 1));
  const other: unknown = at < entries.length ? bent(inner, random) : hostileValue(random);
  return Object.fromEntries([...entries.toSpliced(at, 1), [name, other]]);
}

function broken(text: string, random: Random): Buffer {
  return random.pick([
    () => Buffer.from(text.slice(0, random.below(text.length + 1))),
    () => Buffer.concat([Buffer.from([0xff, 0xfe, 0x00]), Buffer.from(text)]),
    () => Buffer.from(text, 'utf16le'),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
    () => Buffer.from(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
    () => Buffer.from(text.replace('{', '{"__proto__":{"role":"admin"},')),
    () => Buffer.from(`${text}${text}`),
    () => Buffer.alloc(1_200_000, 0x20),
    () => Buffer.from('null'),
    () => Buffer.from('"text"'),
    () => Buffer.from('a=1&b=2'),
  ])();
}

function typeOf(body: Body | undefined, random: Random): Record<string, string> {
  if (random.chance(0.92))
    return body === undefined && random.chance(0.5) ? {} : { 'content-type': 'application/json' };
  return {
    'content-type': random.pick([
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-16',
      'application/json, text/plain',
      'multipart/form-data; boundary=x',
      ';;;',
      'x'.repeat(2000),
    ]),
  };
}

function conditionsOf(
  { conditional }: Operation,
  tag: string | undefined,
  random: Random,
): Record<string, string> {
  const garbage = (): string =>
    random.pick(['*', '"', '""', '"x"', 'W/"x"', '"a", "b"', 'x', `"${'x'.repeat(500)}"`, '\xff']);
  if (!conditional && random.chance(0.9)) return {};
  if (tag !== undefined && random.chance(0.7)) return { 'if-match': tag };
  if (random.chance(0.3)) return { 'if-none-match': '*' };
  if (random.chance(0.5)) return {};
  return { [random.pick(['if-match', 'if-none-match'])]: garbage() };
}

function odd(random: Random): Record<string, string> {
  if (random.chance(0.85)) return {};
  return random.pick<Record<string, string>>([
    { cookie: 'aks_session=' },
    { cookie: `aks_session=${'x'.repeat(5000)}; ;;=;` },
    { cookie: '\xe9\xff=\xfe; aks_session=%00', origin: 'http://evil.example' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': '\xff' },
    { authorization: 'Basic YWRtaW46YWRtaW4=' },
    { authorization: `Bearer ${'x'.repeat(6000)}` },
    { devcookie: 'x', 'apic-challenge': '\xff\xfe' },
    { accept: 'text/html', 'accept-encoding': 'x', 'x-http-method-override': 'DELETE' },
    { 'x-forwarded-for': '::1, garbage', 'x-forwarded-host': ',,,', 'x-forwarded-proto': 'javascript' },
    { 'content-encoding': 'gzip' },
    { range: 'bytes=0-' },
  ]);
}

const secretNames = /^(password|secret|token|current|next|code)$/;

/** Something that fits a schema, or nearly: what only code can check is left to chance. `name`: of the field, or the path of the whole. */
function valueOf(written: JsonSchema, attacker: Attacker, name: string): unknown {
  const { api, random } = attacker;
  const schema = api.resolve(written);
  const choice = random.pick(schema.anyOf ?? schema.oneOf ?? []);
  if (choice !== undefined) return valueOf(choice, attacker, name);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return random.pick(schema.enum);
  return schema.type === 'object' ? objectOf(schema, attacker, name) : plainOf(schema, attacker, name);
}

function plainOf(schema: JsonSchema, attacker: Attacker, name: string): unknown {
  const { random } = attacker;
  if (schema.type === 'string') return textOf(schema, attacker, name);
  if (schema.type === 'boolean') return random.chance(0.5);
  if (schema.type !== 'array') return random.pick([0, 1, 7, 100, 500, 1_700_000_000_000]);
  return schema.items === undefined ? [] : [valueOf(schema.items, attacker, name)];
}

function textOf({ pattern }: JsonSchema, { random, document }: Attacker, name: string): string {
  if (secretNames.test(name)) return `${secretMark}${random.below(1000)}`;
  if (name === 'text') return random.chance(0.4) ? document : documentText(random);
  if (name === 'address' && random.chance(0.5)) return '10.244.0.7';
  const plain: string = random.chance(0.85) ? random.pick(names) : random.pick(hostileTexts);
  return pattern === undefined || new RegExp(pattern, 'u').test(plain) ? plain : '1';
}

function objectOf({ properties = {}, required = [] }: JsonSchema, attacker: Attacker, name: string): unknown {
  const { random } = attacker;
  const wanted = Object.entries(properties).filter(
    ([field]) => required.includes(field) || random.chance(0.6),
  );
  const known = wanted.map(([field, schema]) => [field, valueOf(schema, attacker, field)] as const);
  const isEntry = Object.keys(properties).join() === 'name' || wanted.length === 0;
  return { ...Object.fromEntries(known), ...(isEntry && random.chance(0.8) ? entryParts(name, random) : {}) };
}

const namesOf: Readonly<Record<string, readonly [string, ...string[]]>> = {
  clusters: ['prod-a', 'prod-b'],
  fabrics: ['dc1'],
  'load-balancers': ['f5-edge', 'lb1'],
  mappings: ['shop', 'billing', 'inspect', 'edge'],
};

/** Parts of entries, which the description leaves open: often those that belong there, else any. */
function entryParts(path: string, random: Random): object {
  const secret = { secret: `${secretMark}${random.below(1000)}` };
  const fitting: Readonly<Record<string, object>> = {
    clusters: { server: 'https://10.1.1.10:6443', credentials: { token: secret } },
    fabrics: { controllers: ['https://10.0.0.1'], credentials: { username: 'kubesync', password: secret } },
    'load-balancers': {
      kind: 'haproxy',
      address: 'https://10.2.0.2',
      credentials: { username: 'k', password: secret },
    },
    mappings: {
      mode: 'full',
      from: { kind: 'workload', clusters: ['prod-a'] },
      to: { externalEpg: { fabric: 'dc1' } },
    },
    settings: { guard: { share: 0.5 } },
  };
  const own = fitting[path.split('/')[3] ?? ''];
  if (own !== undefined && random.chance(0.6)) return own;
  const others: readonly [object, ...object[]] = [
    { credentials: { username: 'k', password: `${secretMark}9` } },
    ...Object.values(fitting),
    { guard: { share: hostileValue(random) } },
    { colour: hostileValue(random) },
  ];
  return random.pick(others);
}
