/**
 * Everything the page asks of the server, typed by the contract; over whichever transport there is.
 *
 * Throws RequestProblem and nothing else. Where nobody is signed in any more a request waits until somebody is, and goes on.
 */
import type {
  ApiTokenModel,
  ClaimRequest,
  CreatedToken,
  RoleModel,
  SignInRequest,
  StartedSessionModel,
  WhoModel,
} from '../../backend/api/contract/access.ts';
import type { AddressPage, AddressQuery } from '../../backend/api/contract/addresses.ts';
import type {
  Collection,
  ConfigurationModel,
  EntryModel,
  FaultModel,
  ImportPreview,
  VersionDetail,
  VersionModel,
} from '../../backend/api/contract/configuration.ts';
import type { HistoryPage, HistoryQuery, HolderModel } from '../../backend/api/contract/history.ts';
import type {
  Difference,
  ExplanationModel,
  PlanModel,
  TargetModel,
} from '../../backend/api/contract/models.ts';
import type { PreviewModel } from '../../backend/api/contract/preview.ts';
import type { KubeconfigModel, TestReport, TestSubject } from '../../backend/api/contract/tests.ts';
import type { StreamHandlers } from './feed.ts';
import { problemOf, problemOfAnswer } from './request-problem.ts';
import type { ApiRequest, Transport } from './transport.ts';

/** What was read before: its tag, or that there was nothing. */
export type WriteCondition = { readonly tag: string } | 'absent';

type Wish<Query> = { readonly [Key in keyof Query]?: Query[Key] | undefined };

export interface Requests {
  who(): Promise<WhoModel>;
  signIn(request: SignInRequest): Promise<StartedSessionModel>;
  claim(request: ClaimRequest): Promise<StartedSessionModel>;
  signOut(): Promise<void>;
  changePassword(change: { readonly current: string; readonly next: string }): Promise<void>;
  tokens(): Promise<readonly ApiTokenModel[]>;
  createToken(wanted: {
    readonly name: string;
    readonly role: RoleModel;
    readonly days: number;
  }): Promise<CreatedToken>;
  revokeToken(id: string): Promise<void>;

  openStream(after: string | undefined, handlers: StreamHandlers): () => void;
  poll(after: string | undefined): Promise<Difference>;
  plan(limit: number): Promise<PlanModel>;
  target(key: string): Promise<TargetModel>;
  explain(address: string): Promise<ExplanationModel>;
  addresses(query: Wish<AddressQuery>): Promise<AddressPage>;
  history(query: Wish<HistoryQuery>): Promise<HistoryPage>;
  holders(address: string, at?: number): Promise<readonly HolderModel[]>;

  configuration(): Promise<ConfigurationModel>;
  entry(collection: Collection, name: string): Promise<EntryModel>;
  /** `name` is the one it has had until now; the entry may carry another. */
  putEntry(
    collection: Collection,
    name: string,
    entry: object,
    condition: WriteCondition,
  ): Promise<EntryModel>;
  removeEntry(collection: Collection, name: string, tag: string): Promise<void>;
  settings(): Promise<EntryModel>;
  putSettings(settings: object, tag: string): Promise<EntryModel>;
  replaceDocument(text: string, tag: string): Promise<ConfigurationModel>;
  previewDocument(text: string): Promise<ImportPreview>;
  exportDocument(): Promise<string>;
  versions(): Promise<readonly VersionModel[]>;
  version(revision: number): Promise<VersionDetail>;
  restore(revision: number, tag: string): Promise<ConfigurationModel>;
  rotateKey(): Promise<void>;

  previewMapping(mapping: object, replaces?: string, signal?: AbortSignal): Promise<PreviewModel>;
  /** May take half a minute: every step of it has its own time. */
  test(subject: TestSubject, signal?: AbortSignal): Promise<TestReport>;
  /** What is wrong with it as it is written; nothing is asked of the system. */
  checkEntry(subject: TestSubject): Promise<readonly FaultModel[]>;
  readKubeconfig(text: string): Promise<KubeconfigModel>;
  clusterManifest(): Promise<string>;

  /** Without a fingerprint: the mapping's first plan. Resolves to what was done, in words. */
  approve(mapping: string, fingerprint: string | undefined): Promise<string>;
  refuse(mapping: string, fingerprint: string, reason: string): Promise<string>;
  setPaused(paused: boolean): Promise<string>;
  confirmIdentity(name: string, identity: string): Promise<string>;
  resync(name: string): Promise<string>;
}

export interface RequestsOptions {
  readonly transport: Transport;
  /** Somebody has to sign in: resolves when somebody has. */
  readonly signedIn: () => Promise<void>;
}

const testTimeoutMs = 60_000;

export function createRequests({ transport, signedIn }: RequestsOptions): Requests {
  const ask: Ask = async <Body>(request: ApiRequest): Promise<Body> => {
    const answer = await transport.send(request).catch((error: unknown) => {
      throw problemOf(error);
    });
    if (answer.status === 401 && !opensTheDoor(request)) {
      await signedIn();
      return ask(request);
    }
    if (answer.status >= 400 || answer.status === 0) throw problemOfAnswer(answer.status, answer.body);
    return answer.body as Body;
  };
  return {
    ...access(ask, transport),
    ...readings(ask, transport),
    ...configuring(ask),
    ...editing(ask),
    ...acts(ask),
  };
}

type Ask = <Body>(request: ApiRequest) => Promise<Body>;

/** A refusal of these is no reason to sign in: they are the signing in, or out. */
function opensTheDoor({ path }: ApiRequest): boolean {
  return path === 'session/claim' || path === 'session';
}

function access(
  ask: Ask,
  transport: Transport,
): Pick<
  Requests,
  'who' | 'signIn' | 'claim' | 'signOut' | 'changePassword' | 'tokens' | 'createToken' | 'revokeToken'
> {
  const begin = async (path: string, body: object): Promise<StartedSessionModel> => {
    const started = await ask<StartedSessionModel>({ method: 'POST', path, body });
    transport.useSession(started.session);
    return started;
  };
  return {
    who: () => ask({ method: 'GET', path: 'session' }),
    signIn: (request) => begin('session', request),
    claim: (request) => begin('session/claim', request),
    async signOut() {
      // A session that has ended already is what was wanted.
      await ask({ method: 'DELETE', path: 'session' }).catch((error: unknown) => {
        if (problemOf(error).status !== 401) throw error;
      });
      transport.useSession(undefined);
    },
    changePassword: (body) => ask({ method: 'POST', path: 'session/password', body }),
    tokens: async () => (await ask<{ tokens: ApiTokenModel[] }>({ method: 'GET', path: 'tokens' })).tokens,
    createToken: (body) => ask({ method: 'POST', path: 'tokens', body }),
    revokeToken: (id) => ask({ method: 'DELETE', path: `tokens/${encodeURIComponent(id)}` }),
  };
}

function readings(
  ask: Ask,
  transport: Transport,
): Pick<
  Requests,
  'openStream' | 'poll' | 'plan' | 'target' | 'explain' | 'addresses' | 'history' | 'holders'
> {
  const get = <Body>(path: string, query: ApiRequest['query'] = {}): Promise<Body> =>
    ask({ method: 'GET', path, query });
  return {
    openStream(after, handlers) {
      const url = transport.streamAddress('events', { after });
      if (url === undefined) return never(handlers);
      return openStream(url, handlers);
    },
    poll: (after) => get('events', { after }),
    plan: (limit) => get('plan', { limit }),
    target: (key) => get('target', { key, limit: 500 }),
    explain: (address) => get('explain', { address }),
    addresses: (query) => get('addresses', query),
    history: (query) => get('history', query),
    holders: async (address, at) =>
      (await get<{ holders: HolderModel[] }>('holders', { address, at })).holders,
  };
}

/** Where no stream comes through; told later, as a stream would. */
function never({ onError }: StreamHandlers): () => void {
  const timer = setTimeout(onError);
  return () => clearTimeout(timer);
}

function openStream(url: string, { onDifference, onBeat, onError }: StreamHandlers): () => void {
  const source = new EventSource(url);
  source.addEventListener('message', ({ data }: MessageEvent<string>) =>
    onDifference(JSON.parse(data) as Difference),
  );
  source.addEventListener('beat', onBeat);
  source.addEventListener('error', onError);
  return () => source.close();
}

function configuring(
  ask: Ask,
): Pick<
  Requests,
  | 'configuration'
  | 'replaceDocument'
  | 'previewDocument'
  | 'exportDocument'
  | 'versions'
  | 'version'
  | 'restore'
  | 'rotateKey'
> {
  const path = 'configuration';
  return {
    configuration: () => ask({ method: 'GET', path }),
    replaceDocument: (text, tag) => ask({ method: 'PUT', path, body: { text }, headers: matching({ tag }) }),
    previewDocument: (text) => ask({ method: 'POST', path: `${path}/preview`, body: { text } }),
    exportDocument: async () => (await ask<{ text: string }>({ method: 'GET', path: `${path}/export` })).text,
    versions: async () =>
      (await ask<{ versions: VersionModel[] }>({ method: 'GET', path: `${path}/versions` })).versions,
    version: (revision) => ask({ method: 'GET', path: `${path}/versions/${revision}` }),
    restore: (revision, tag) =>
      ask({
        method: 'POST',
        path: `${path}/versions/${revision}/restore`,
        body: {},
        headers: matching({ tag }),
      }),
    rotateKey: () => ask({ method: 'POST', path: `${path}/rotate-key`, body: {} }),
  };
}

const collectionPaths: Readonly<Record<Collection, string>> = {
  clusters: 'clusters',
  fabrics: 'fabrics',
  loadBalancers: 'load-balancers',
  mappings: 'mappings',
};

function editing(
  ask: Ask,
): Pick<
  Requests,
  | 'entry'
  | 'putEntry'
  | 'removeEntry'
  | 'settings'
  | 'putSettings'
  | 'previewMapping'
  | 'test'
  | 'checkEntry'
  | 'readKubeconfig'
  | 'clusterManifest'
> {
  const pathOf = (collection: Collection, name: string): string =>
    `${collectionPaths[collection]}/${encodeURIComponent(name)}`;
  return {
    entry: (collection, name) => ask({ method: 'GET', path: pathOf(collection, name) }),
    putEntry: (collection, name, body, condition) =>
      ask({ method: 'PUT', path: pathOf(collection, name), body, headers: matching(condition) }),
    removeEntry: (collection, name, tag) =>
      ask({ method: 'DELETE', path: pathOf(collection, name), headers: matching({ tag }) }),
    settings: () => ask({ method: 'GET', path: 'settings' }),
    putSettings: (body, tag) => ask({ method: 'PUT', path: 'settings', body, headers: matching({ tag }) }),
    previewMapping: (mapping, replaces, signal) =>
      ask({ method: 'POST', path: 'mappings/preview', body: { mapping, replaces }, signal }),
    test: (body, signal) => ask({ method: 'POST', path: 'tests', body, signal, timeoutMs: testTimeoutMs }),
    checkEntry: async (body) =>
      (await ask<{ faults: FaultModel[] }>({ method: 'POST', path: 'tests/check', body })).faults,
    readKubeconfig: (text) => ask({ method: 'POST', path: 'kubeconfig', body: { text } }),
    clusterManifest: async () =>
      (await ask<{ text: string }>({ method: 'GET', path: 'cluster-manifest' })).text,
  };
}

function matching(condition: WriteCondition): Readonly<Record<string, string>> {
  return condition === 'absent' ? { 'If-None-Match': '*' } : { 'If-Match': `"${condition.tag}"` };
}

function acts(ask: Ask): Pick<Requests, 'approve' | 'refuse' | 'setPaused' | 'confirmIdentity' | 'resync'> {
  const act = async (path: string, body: object): Promise<string> =>
    (await ask<{ done: string }>({ method: 'POST', path, body })).done;
  return {
    approve: (mapping, fingerprint) => act('approve', { mapping, fingerprint }),
    refuse: (mapping, fingerprint, reason) => act('refuse', { mapping, fingerprint, reason }),
    setPaused: (paused) => act('pause', { paused }),
    confirmIdentity: (name, identity) => act('identity', { name, identity }),
    resync: (name) => act('resync', { name }),
  };
}
