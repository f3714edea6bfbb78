/** A shop of a few pods that the product follows from a data directory of its own, and words for what happens to it. */
import { mapping, openLive, type Answer, type Live, type LiveOptions } from '../support/live.ts';

export const web = mapping('web', { namespaces: { names: ['shop'] }, labels: 'app=web' });
export const webEpg = 'c1_shop_web';

/** A shop of three pods, each with two addresses, in step. */
export async function openShop(options: LiveOptions = {}): Promise<Live> {
  const live = await openLive({
    ...options,
    prepare: ({ cluster }) => cluster.deployment('shop', 'web', 3),
  });
  await live.configure([web]);
  await inStep(live, 3);
  return live;
}

export function inStep(live: Live, pods: number): Promise<void> {
  return live.until(`${pods} pods are in`, () => live.prefixes(webEpg).length === 2 * pods);
}

export async function scale(live: Live, pods: number): Promise<void> {
  live.cluster.scale('shop', 'web', pods);
  await inStep(live, pods);
}

export async function edit(live: Live, mode: string): Promise<Answer> {
  const { tag } = await live.ask('GET', 'api/v1/mappings/web');
  return live.ask('PUT', 'api/v1/mappings/web', { body: { ...web, mode }, tag });
}

export async function text(live: Live): Promise<string> {
  return String((await live.ask('GET', 'api/v1/configuration/export')).body['text']);
}

export async function codes(live: Live): Promise<string[]> {
  return [...new Set((await live.problems()).map(({ code }) => code))];
}

export interface Entry {
  readonly id: string;
  readonly at: number;
  readonly what: string;
  readonly result: string;
}

export async function history(live: Live, query = ''): Promise<readonly Entry[]> {
  const answer = await live.ask('GET', `api/v1/history?limit=500${query}`);
  return answer.body['entries'] as Entry[];
}

/** What is written below our tenant from now on. */
export function writes(live: Live): string[] {
  const written: string[] = [];
  live.fabric.onCommit(({ changes }) => {
    for (const { kind, mo } of changes) if (mo.dn.startsWith('uni/tn-k8s')) written.push(`${kind} ${mo.dn}`);
  });
  return written;
}

/** Starts it again, and waits until everything was read. */
export async function startAgain(live: Live): Promise<void> {
  await live.start();
  await live.until('it is ready', async () => (await live.ask('GET', 'readyz')).status === 200);
}
