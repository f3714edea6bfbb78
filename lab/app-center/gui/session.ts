/** The GUI's own session at the fabric: a token, and the challenge that goes with every token of a GUI. */

export interface GuiTokens {
  readonly token: string;
  readonly urlToken: string;
}

interface LoginReply {
  readonly imdata: readonly {
    readonly aaaLogin?: { readonly attributes: GuiTokens };
    readonly error?: { readonly attributes: { readonly text: string } };
  }[];
}

let held: GuiTokens | undefined;

async function ask(path: string, options: RequestInit): Promise<GuiTokens> {
  const response = await window.fetch(path, options);
  const [entry] = ((await response.json()) as LoginReply).imdata;
  if (entry?.aaaLogin === undefined) throw new Error(entry?.error?.attributes.text ?? 'no answer');
  const { token, urlToken } = entry.aaaLogin.attributes;
  held = { token, urlToken };
  return held;
}

/** Throws with the fabric's words. */
export async function signIn(user: string, password: string): Promise<void> {
  const body = JSON.stringify({ aaaUser: { attributes: { name: user, pwd: password } } });
  await ask('/api/aaaLogin.json?gui-token-request=yes', { method: 'POST', body });
}

export function signOut(): void {
  held = undefined;
}

/** Fresh ones. Throws when the session has ended. */
export function tokens(): Promise<GuiTokens> {
  if (held === undefined) return Promise.reject(new Error('nobody is signed in'));
  const headers = { DevCookie: held.token, 'APIC-challenge': held.urlToken };
  return ask('/api/aaaRefresh.json', { headers });
}
