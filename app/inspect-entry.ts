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
import { takeSecretsOut, writtenReferences } from '../backend/store/configuration/written-secrets.ts';
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

export const collections: Readonly<Record<TestSubject['kind'], Collection>> = {
  cluster: 'clusters',
  fabric: 'fabrics',
  loadBalancer: 'loadBalancers',
};

/** Throws `config.invalid` with each fault of the entry. */
export function readSubject({ kind, entry }: TestSubject, declared: Declared): Subject {
  const collection = collections[kind];
  const alone = (one: unknown): object => ({ version: 1, instance: 'test', [collection]: [one] });
  const saved = writtenReferences(alone(declared.entry(collection, entry.name)));
  const standing = new Map(saved.map(({ below, reference }) => [below, reference]));
  // Which ranges a cluster has is often what the test is to tell.
  const written = alone(kind === 'cluster' ? { ranges: {}, ...entry } : entry);
  const strange = writtenReferences(written).filter(
    ({ below, reference }) => standing.get(below) !== reference,
  );
  if (strange.length > 0) throw invalid(strange.map(unknownReference));
  const { document, entered, faults } = takeSecretsOut(written);
  const result = checkDocument(document);
  if ('faults' in result || faults.length > 0) {
    const all = [...faults, ...('faults' in result ? result.faults : [])];
    throw invalid(all.map((fault) => ofEntry(fault, collection)));
  }
  const typed = new Map([...entered].map(([id, text]) => [`secret:${id}`, text]));
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

function unknownReference({ below, reference }: { below: string; reference: string }): Fault {
  return {
    path: below,
    found: reference,
    expected: 'the secret itself, or the reference that the saved entry of this name has here',
  };
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
