/** A client for the tests of this folder: undici and ws and nothing clever, so that what is seen is what was sent. */
import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { createAuthority, type Authority } from '../authority.ts';
import { startFabric, type Fabric, type FabricOptions } from './fabric.ts';

export type Attributes = Record<string, string>;
export type Item = Record<string, { attributes: Attributes; children?: Item[] }>;

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly totalCount: string;
  readonly subscriptionId: string | undefined;
  readonly imdata: readonly Item[];
  /** `code: text` of the error, if it is one. */
  readonly error: string | undefined;
}

export interface Event {
  readonly ids: readonly string[];
  readonly className: string;
  readonly attributes: Attributes;
}

let authority: Promise<Authority> | undefined;

export async function testFabric(options: Partial<FabricOptions> = {}): Promise<Fabric> {
  authority ??= createAuthority();
  return startFabric({ authority: await authority, loginThrottle: false, ...options });
}

export class PlainClient {
  readonly fabric: Fabric;
  readonly events: Event[] = [];
  cookie = '';
  token = '';
  socket: WebSocket | undefined;
  readonly #agent: Agent;

  constructor(fabric: Fabric) {
    this.fabric = fabric;
    this.#agent = new Agent({ connect: { ca: fabric.caPem } });
  }

  static async loggedIn(
    fabric: Fabric,
    name = fabric.username,
    password = fabric.password,
  ): Promise<PlainClient> {
    const client = new PlainClient(fabric);
    await client.login(name, password);
    return client;
  }

  async login(name = this.fabric.username, password = this.fabric.password): Promise<Answer> {
    const answer = await this.post('/api/aaaLogin.json', {
      aaaUser: { attributes: { name, pwd: password } },
    });
    this.token = answer.imdata[0]?.['aaaLogin']?.attributes['token'] ?? '';
    this.cookie = `APIC-cookie=${this.token}`;
    return answer;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.send('POST', path, typeof body === 'string' ? body : JSON.stringify(body));
  }

  remove(path: string): Promise<Answer> {
    return this.send('DELETE', path);
  }

  async send(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const {
      statusCode,
      headers,
      body: reply,
    } = await request(this.fabric.url + path, {
      method,
      dispatcher: this.#agent,
      headers: this.cookie === '' ? more : { cookie: this.cookie, ...more },
      ...(body !== undefined && { body }),
    });
    return answerOf(statusCode, headers, await reply.text());
  }

  async open(): Promise<WebSocket> {
    const url = `${this.fabric.url.replace('https:', 'wss:')}/socket${this.token}`;
    const socket = new WebSocket(url, { ca: this.fabric.caPem });
    socket.on('message', (data: Buffer) => this.events.push(...eventsOf(data.toString('utf8'))));
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    this.socket = socket;
    return socket;
  }

  /** Waits for an event that fits; the test's time-out ends the waiting. */
  async event(fits: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async close(): Promise<void> {
    this.socket?.terminate();
    await this.#agent.close();
  }
}

function answerOf(status: number, headers: Answer['headers'], text: string): Answer {
  const isJson = headers['content-type'] === 'application/json';
  const parsed = (isJson ? JSON.parse(text) : {}) as Partial<
    Pick<Answer, 'totalCount' | 'subscriptionId' | 'imdata'>
  >;
  const { totalCount = '', subscriptionId, imdata = [] } = parsed;
  const error = imdata[0]?.['error']?.attributes;
  return {
    status,
    headers,
    text,
    totalCount,
    subscriptionId,
    imdata,
    error: error && `${error['code'] ?? ''}: ${error['text'] ?? ''}`,
  };
}

function eventsOf(frame: string): Event[] {
  const { subscriptionId, imdata } = JSON.parse(frame) as { subscriptionId: string[]; imdata: Item[] };
  return imdata.flatMap((item) =>
    Object.entries(item).map(([className, { attributes }]) => ({
      ids: subscriptionId,
      className,
      attributes,
    })),
  );
}

/** The objects of an answer as `class dn`. */
export function namesIn(answer: Answer): string[] {
  return answer.imdata.flatMap((item) =>
    Object.entries(item).map(([className, { attributes }]) => `${className} ${attributes['dn'] ?? ''}`),
  );
}
