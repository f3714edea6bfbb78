/** A client for the tests of this folder: undici and nothing clever, so that what is seen is what was sent. */
import { Agent, request } from 'undici';
import { createAuthority, type Authority } from '../authority.ts';
import { startBigip, type Bigip, type BigipOptions } from './bigip.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
  /** Empty when the body is no JSON. */
  readonly json: Json;
  readonly items: readonly Json[];
  /** `code: message` of an error. */
  readonly error: string | undefined;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

let authority: Promise<Authority> | undefined;

export async function testBigip(options: Partial<BigipOptions> = {}): Promise<Bigip> {
  authority ??= createAuthority();
  return startBigip({ authority: await authority, ...options });
}

export class TestClient {
  readonly bigip: Bigip;
  headers: Record<string, string>;
  readonly #agent: Agent;

  constructor(bigip: Bigip, headers: Record<string, string> = {}) {
    this.bigip = bigip;
    this.headers = headers;
    this.#agent = new Agent({ connect: { ca: bigip.caPem } });
  }

  static async loggedIn(bigip: Bigip): Promise<TestClient> {
    const client = new TestClient(bigip);
    await client.login();
    return client;
  }

  async login(username = this.bigip.username, password = this.bigip.password): Promise<Answer> {
    const answer = await this.post('/mgmt/shared/authn/login', {
      username,
      password,
      loginProviderName: 'tmos',
    });
    const { token } = (answer.json['token'] ?? {}) as { token?: string };
    if (token !== undefined) this.headers = { 'x-f5-auth-token': token };
    return answer;
  }

  get token(): string {
    return this.headers['x-f5-auth-token'] ?? '';
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send('POST', path, body);
  }

  patch(path: string, body: unknown): Promise<Answer> {
    return this.send('PATCH', path, body);
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send('PUT', path, body);
  }

  remove(path: string): Promise<Answer> {
    return this.send('DELETE', path);
  }

  /** With a header that makes it a command of a transaction. */
  async within(transaction: unknown, method: Method, path: string, body?: unknown): Promise<Answer> {
    const before = this.headers;
    this.headers = { ...before, 'x-f5-rest-coordination-id': String(transaction) };
    try {
      return await this.send(method, path, body);
    } finally {
      this.headers = before;
    }
  }

  async send(method: Method, path: string, body?: unknown): Promise<Answer> {
    const reply = await request(this.bigip.url + path, {
      method,
      dispatcher: this.#agent,
      headers: this.headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return answerOf(reply.statusCode, String(reply.headers['content-type']), await reply.body.text());
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

function answerOf(status: number, type: string, text: string): Answer {
  const json = (type.startsWith('application/json') && text !== '' ? JSON.parse(text) : {}) as Json;
  const { items = [], message } = json as { items?: Json[]; message?: string };
  return {
    status,
    text,
    type,
    json,
    items,
    error: status < 400 ? undefined : `${status}: ${message ?? text}`,
  };
}

export function names(items: readonly Json[]): unknown[] {
  return items.map(({ name }) => name);
}
