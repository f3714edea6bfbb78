/** What the page Apps does, and what tests and people ask for, by HTTP below `/lab/app-center`, without a login. Refusals are 400 with a sentence. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Refused } from './package/refused.ts';
import type { AppSteps, Profile } from './steps.ts';

export interface ControlParts {
  readonly apps: AppSteps;
  readonly settings: { readonly profile: Profile; readonly tokenSeconds: number };
  /** A folder for packages while they are sent. */
  readonly uploads: string;
}

interface Asked {
  readonly name: string;
  readonly query: URLSearchParams;
  readonly message: IncomingMessage;
}

type Handler = (parts: ControlParts, asked: Asked) => unknown;

const routes: Readonly<Record<string, Handler>> = {
  'GET apps': ({ apps, settings }) => ({ apps: apps.apps(), ...settings }),
  'POST apps': receive,
  'POST apps/*/enable': ({ apps }, { name }) => apps.enable(name),
  'POST apps/*/disable': ({ apps }, { name }) => apps.disable(name),
  'POST apps/*/move': ({ apps }, { name }) => apps.move(name),
  'POST apps/*/kill': ({ apps }, { name }) => apps.kill(name),
  'DELETE apps/*': ({ apps }, { name, query }) =>
    apps.delete(name, { leftover: query.get('leftover') === 'yes' }),
  'GET apps/*/output': async ({ apps }, { name }) => ({ output: await outputOf(apps, name) }),
  'POST settings': change,
};

export async function answerControl(
  parts: ControlParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'https://lab');
  const path = pathname.slice('/lab/app-center/'.length);
  const name = /^apps\/([^/]+)/.exec(path)?.[1] ?? '';
  const key = `${message.method ?? ''} ${name === '' ? path : path.replace(name, '*')}`;
  const reply = (status: number, body: unknown): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
    response.end(JSON.stringify(body));
  };
  try {
    const handler = Object.hasOwn(routes, key) ? routes[key] : undefined;
    if (handler === undefined)
      throw new Refused('', `no such control; known: ${Object.keys(routes).join(', ')}`);
    const outcome = await handler(parts, { name, query: searchParams, message });
    reply(200, outcome ?? { done: true });
  } catch (error) {
    message.resume();
    const code = error instanceof Refused ? error.code : '';
    reply(400, { problem: (error as Error).message, ...(code !== '' && { code }) });
  }
}

async function receive({ apps, uploads }: ControlParts, { message }: Asked): Promise<{ name: string }> {
  await mkdir(uploads, { recursive: true });
  const file = join(uploads, `${randomUUID()}.aci`);
  try {
    await pipeline(message, createWriteStream(file));
    return { name: await apps.upload(file) };
  } finally {
    await rm(file, { force: true });
  }
}

function outputOf(apps: ControlParts['apps'], name: string): Promise<string> {
  const file = apps.app(name)?.folders.output;
  if (file === undefined) throw new Refused('', `no app ${name} is installed`);
  return readFile(file, 'utf8');
}

async function change({ apps }: ControlParts, { message }: Asked): Promise<void> {
  const wanted = JSON.parse(await text(message)) as Record<string, unknown>;
  const { profile, tokenSeconds } = wanted;
  if (profile === 'pass' || profile === 'stripped') apps.setProfile(profile);
  else if (profile !== undefined) throw new Refused('', "profile is 'pass' or 'stripped'");
  if (typeof tokenSeconds === 'number' && tokenSeconds > 0) apps.setTokenSeconds(tokenSeconds);
  else if (tokenSeconds !== undefined) throw new Refused('', 'tokenSeconds must be a number above 0');
}
