/**
 * What the page is told by where it stands: which transport, and the tokens that App Center's GUI hands to its frames.
 */

export interface HostWishes {
  readonly transport: 'direct' | 'envelope';
  /** Where envelopes go, relative to the page. */
  readonly endpoint: string;
}

export function readWishes(page: Document, search: string): HostWishes {
  const meta = (name: string): string | undefined =>
    page.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content;
  const asked = new URLSearchParams(search).get('transport') ?? meta('transport');
  return {
    transport: asked === 'envelope' ? 'envelope' : 'direct',
    endpoint: meta('endpoint') ?? 'proxy.json',
  };
}

interface Tokens {
  readonly token: string;
  readonly urlToken: string;
}

/**
 * Follows the tokens that the frame around us renews; taken from nobody else. Returns the headers that carry them: in a frame
 * only once the first have come, since whatever is sent before them is refused. Waits for them `patienceMs` at most.
 */
export function followTokens(
  here: Pick<Window, 'addEventListener' | 'parent'>,
  patienceMs = 5_000,
): () => Promise<Readonly<Record<string, string>>> {
  let tokens: Tokens | undefined;
  const isFramed = here.parent !== here;
  const first = new Promise<void>((resolve) => {
    here.addEventListener('message', ({ source, data }: MessageEvent<unknown>) => {
      if (source !== here.parent || !isFramed) return;
      tokens = readTokens(data) ?? tokens;
      if (tokens !== undefined) resolve();
    });
    setTimeout(resolve, isFramed ? patienceMs : 0);
  });
  return async () => {
    if (tokens === undefined && isFramed) await first;
    return tokens === undefined ? {} : { DevCookie: tokens.token, 'APIC-challenge': tokens.urlToken };
  };
}

/** The message is JSON text: `{"appId":"…","token":"…","urlToken":"…"}`. */
export function readTokens(data: unknown): Tokens | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const { token, urlToken } = JSON.parse(data) as Partial<Tokens>;
    if (typeof token !== 'string' || typeof urlToken !== 'string') return undefined;
    return { token, urlToken };
  } catch {
    return undefined;
  }
}
