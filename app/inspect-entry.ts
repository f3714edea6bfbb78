/**
 * An entry that somebody wants to test, made ready for it: checked as the document checks it, its references resolved, its addresses allowed.
 *
 * Trap: a reference in a request could name any file or variable of this machine, and the test would send what is in it to a server of the
 * asker's choice. So a reference is resolved only where the same one stands in the declared entry of the same name.
 */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { TestSubject } from '../backend/api/contract/tests.ts';
import type { Fault } from '../backend/model/fault.ts';
import type {
  ClusterDeclaration,
  Document,
  FabricDeclaration,
  LoadBalancerDeclaration,
} from '../backend/model/mapping.ts';
import { ProblemError } from '../backend/model/problems.ts';
import { isForbidden } from '../backend/preflight/forbidden.ts';
import { checkDocument } from '../backend/store/document/parse-document.ts';
import type { Secrets } from './config/secrets.ts';

export interface Declared {
  /** As it is written now, references and all; undefined: there is none of this name. */
  entry(collection: Collection, name: string): object | undefined;
  /** The text behind a reference. Throws `config.secret`. */
  readonly secrets: Secrets;
}

export type Collection = 'clusters' | 'fabrics' | 'loadBalancers';

export type Subject =
  | { readonly kind: 'cluster'; readonly declaration: ClusterDeclaration; readonly secrets: Secrets }
  | { readonly kind: 'fabric'; readonly declaration: FabricDeclaration; readonly secrets: Secrets }
  | {
      readonly kind: 'loadBalancer';
      readonly declaration: LoadBalancerDeclaration;
      readonly secrets: Secrets;
    };

const collections: Readonly<Record<TestSubject['kind'], Collection>> = {
  cluster: 'clusters',
  fabric: 'fabrics',
  loadBalancer: 'loadBalancers',
};

const reference = /^(file|env|secret):/;

/** Throws `config.invalid` with each fault of the entry. */
export function readSubject({ kind, entry }: TestSubject, declared: Declared): Subject {
  const collection = collections[kind];
  const typed = new Map<string, string>();
  const written = withoutSecrets(entry, typed);
  const standing = referencesIn(declared.entry(collection, entry.name));
  const strange = [...referencesIn(entry)].filter(([path, text]) => standing.get(path) !== text);
  if (strange.length > 0) throw invalid(strange.map(([path, text]) => unknownReference(path, text)));
  // Which ranges a cluster has is often what the test is to tell.
  const whole = kind === 'cluster' ? { ranges: {}, ...(written as object) } : written;
  const result = checkDocument({ version: 1, instance: 'test', [collection]: [whole] });
  if ('faults' in result) throw invalid(result.faults.map((fault) => ofEntry(fault, collection)));
  const secrets: Secrets = { read: (text) => typed.get(text) ?? declared.secrets.read(text) };
  return { ...declarationOf(kind, result.document), secrets };
}

type Declaration = Subject extends infer One ? (One extends unknown ? Omit<One, 'secrets'> : never) : never;

function declarationOf(
  kind: TestSubject['kind'],
  { clusters, fabrics, loadBalancers }: Document,
): Declaration {
  const [cluster] = clusters;
  if (kind === 'cluster' && cluster !== undefined) return { kind, declaration: cluster };
  const [fabric] = fabrics;
  if (kind === 'fabric' && fabric !== undefined) return { kind, declaration: fabric };
  const [loadBalancer] = loadBalancers;
  if (loadBalancer === undefined) throw new TypeError('a checked document has the entry that it was made of');
  return { kind: 'loadBalancer', declaration: loadBalancer };
}

function ofEntry({ path, ...rest }: Fault, collection: Collection): Fault {
  return { path: path.replace(`${collection}[0]`, '').replace(/^\./, ''), ...rest };
}

function invalid(faults: readonly Fault[]): ProblemError {
  const detail = faults.map(({ path, expected }) => `${path}: expected ${expected}`).join('; ');
  return new ProblemError('config.invalid', detail, { faults });
}

function unknownReference(path: string, text: string): Fault {
  return {
    path,
    found: text,
    expected: 'the secret itself, or the reference that the saved entry of this name has here',
  };
}

/** The entry with a reference in the place of each secret; the secrets go to `into`, by reference. */
function withoutSecrets(value: unknown, into: Map<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, into));
  if (typeof value !== 'object' || value === null) return value;
  const { secret, ...others } = value as Record<string, unknown>;
  if (typeof secret === 'string' && secret !== '' && Object.keys(others).length === 0) {
    const name = `secret:typed-${into.size}`;
    into.set(name, secret);
    return name;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutSecrets(each, into)]));
}

/** Path and text of each. */
function referencesIn(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (typeof value === 'string') return new Map(reference.test(value) ? [[path, value]] : []);
  if (typeof value !== 'object' || value === null) return new Map();
  const inside = Object.entries(value).flatMap(([key, each]) => [
    ...referencesIn(each, path === '' ? key : `${path}.${key}`),
  ]);
  return new Map(inside);
}

/** Throws `config.invalid` where one of the URLs or hosts leads to where no system of an admin's can be. */
export async function checkHosts(hosts: readonly string[]): Promise<void> {
  const faults = await Promise.all(
    hosts.map(async (host): Promise<Fault[]> => {
      const refused = (await addressesOf(host)).find(isForbidden);
      if (refused === undefined) return [];
      const expected = 'an address of a system; this one is for the machine that the product runs on';
      return [{ path: 'address', found: host === refused ? host : `${host} (${refused})`, expected }];
    }),
  );
  if (faults.flat().length > 0) throw invalid(faults.flat());
}

/** None where the name leads nowhere: the test says so by itself. */
async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
