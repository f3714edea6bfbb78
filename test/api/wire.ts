/** Sends requests as they are, without a client's good manners. */
import { Agent, request } from 'node:http';
import type { Attack } from './attack.ts';

export interface Answered {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly tag: string | undefined;
}

type Asked = Pick<Attack, 'method' | 'path' | 'headers' | 'body'> & Partial<Pick<Attack, 'query' | 'json'>>;

export interface Wire {
  ask(asked: Asked): Promise<Answered>;
  /** Its body travels as a value where it is one, as a text otherwise. */
  askEnveloped(asked: Asked): Promise<Answered>;
  close(): void;
}

interface Enveloped {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function openWire(base: string): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = ({ method, path, query = [], headers, body }: Asked): Promise<Answered> =>
    send(agent, `${base}${path}${queryText(query)}`, { method, headers, body });
  return {
    ask,
    async askEnveloped({ method, path, query = [], headers, json, body }) {
      const parts = {
        method,
        path,
        query: Object.fromEntries(query),
        headers,
        body: json ?? body?.toString('latin1'),
      };
      // The envelope itself is as it should be; what is bent is inside.
      const outer = Object.entries(headers).filter(([name]) => !name.startsWith('content-'));
      const sent = {
        method: 'POST',
        path: '/proxy.json',
        headers: { ...Object.fromEntries(outer), 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(parts)),
      };
      const answered = await ask(sent);
      return answered.status === 200 ? opened(JSON.parse(answered.text) as Enveloped) : answered;
    },
    close: () => agent.destroy(),
  };
}

function opened({ status, headers, body }: Enveloped): Answered {
  const text = body === null ? '' : JSON.stringify(body);
  return { status, type: headers['content-type'] ?? '', text, tag: headers['etag'] };
}

function queryText(query: readonly (readonly [string, string])[]): string {
  const text = query.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
  return text === '' ? '' : `?${text}`;
}

function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function send(
  agent: Agent,
  url: string,
  { method, headers, body }: Pick<Attack, 'method' | 'headers' | 'body'>,
): Promise<Answered> {
  const { hostname, port, origin } = new URL(url);
  const sized = body === undefined ? {} : { 'content-length': body.byteLength };
  return new Promise((resolve, reject) => {
    // The path as it is: `URL` would resolve `..` in it.
    const options = {
      agent,
      hostname,
      port,
      method,
      path: url.slice(origin.length),
      headers: { ...headers, ...sized },
    };
    const sent = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { 'content-type': type = '', etag } = response.headers;
        resolve({
          status: response.statusCode ?? 0,
          type,
          text: Buffer.concat(chunks).toString(),
          tag: etag,
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
