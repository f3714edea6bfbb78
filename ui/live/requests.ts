/**
 * The page's requests, relative to where it was loaded from: the path is not ours to choose.
 */
import type {
  Difference,
  ExplanationModel,
  PlanModel,
  ProblemDetails,
  TargetModel,
} from '../../backend/api/contract/models.ts';
import type { StreamHandlers } from './feed.ts';

export interface Requests {
  openStream(after: string | undefined, handlers: StreamHandlers): () => void;
  poll(after: string | undefined): Promise<Difference>;
  plan(limit: number): Promise<PlanModel>;
  target(key: string): Promise<TargetModel>;
  explain(address: string): Promise<ExplanationModel>;
}

export function createRequests(base: string): Requests {
  const address = (path: string, query: Readonly<Record<string, string | undefined>> = {}): string => {
    const url = new URL(`api/v1/${path}`, base);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value);
    return url.href;
  };
  return {
    openStream: (after, handlers) => openStream(address('events', { after }), handlers),
    poll: (after) => getJson<Difference>(address('events', { after })),
    plan: (limit) => getJson<PlanModel>(address('plan', { limit: String(limit) })),
    target: (key) => getJson<TargetModel>(address('target', { key, limit: '500' })),
    explain: (text) => getJson<ExplanationModel>(address('explain', { address: text })),
  };
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

async function getJson<Body>(url: string): Promise<Body> {
  const response = await window.fetch(url, { signal: AbortSignal.timeout(10_000) });
  const body: unknown = await response.json();
  if (response.ok) return body as Body;
  const { title, detail, next } = body as ProblemDetails;
  throw new Error(`${title}: ${detail}. ${next}`);
}
