/**
 * The page Apps: signs in at the fabric, lists what is installed, and opens an app in a sandboxed frame to which it hands tokens.
 *
 * An APIC posts them as JSON text, at once and from time to time; how often is not published.
 */
import type { PluginView } from '../steps.ts';
import { openFrame } from './frame.ts';
import { signIn, signOut, tokens } from './session.ts';

interface Shown {
  readonly apps: readonly PluginView[];
  readonly tokenSeconds: number;
}

const lookEveryMs = 500;
const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const [tabs, signInForm, appsPage, opened] = ['tabs', 'sign-in', 'apps', 'open'].map((id) => byId(id)) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
let shown = '';
let frame: { readonly name: string; close(): void } | undefined;

async function ask(method: string, path: string, body?: Blob): Promise<unknown> {
  const response = await window.fetch(`/lab/app-center/${path}`, { method, body: body ?? null });
  const answer = (await response.json()) as { problem?: string };
  if (!response.ok) throw new Error(answer.problem ?? `status ${response.status}`);
  return answer;
}

function say(role: 'alert' | 'status', words: string): void {
  const place = appsPage.querySelector(`[role=${role}]`);
  if (place) place.textContent = words;
}

/** Runs a step and says how it goes. */
async function step(words: string, act: () => Promise<unknown>): Promise<void> {
  say('alert', '');
  say('status', `${words}…`);
  try {
    await act();
    say('status', `${words}: done`);
  } catch (error) {
    say('status', '');
    say('alert', (error as Error).message);
  }
  await look();
}

async function look(): Promise<void> {
  const now = (await ask('GET', 'apps')) as Shown;
  const text = JSON.stringify(now);
  if (text === shown) return;
  shown = text;
  byId('list').replaceChildren(...now.apps.map((app) => entryOf(app, now)));
}

function entryOf(app: PluginView, { tokenSeconds }: Shown): HTMLElement {
  const entry = element('li', { className: 'app' });
  entry.setAttribute('aria-label', app.title);
  const icon = element('img', { src: `/apps/${app.name}/UIAssets/${app.icon}`, alt: '' });
  const words = element('div', {});
  words.append(
    element('h2', { textContent: app.title }),
    element('p', { textContent: app.description }),
    element('p', { textContent: `Version ${app.version} · ${stateOf(app)}` }),
  );
  const steps = element('div', { className: 'steps' });
  steps.append(...buttonsOf(app, tokenSeconds));
  entry.append(icon, words, steps);
  return entry;
}

function stateOf({ busy, state, restarts }: PluginView): string {
  if (busy !== '') return `${busy}…`;
  const times = restarts === 0 ? '' : `, restarted ${restarts}×`;
  return state === 'active' ? `enabled${times}` : 'disabled';
}

function buttonsOf(app: PluginView, tokenSeconds: number): HTMLElement[] {
  const { name, title, busy } = app;
  const button = (label: string, press: () => Promise<void> | void): HTMLButtonElement => {
    const made = element('button', { textContent: label, disabled: busy !== '', type: 'button' });
    made.addEventListener('click', () => void press());
    return made;
  };
  const post = (which: string) => () => ask('POST', `apps/${name}/${which}`);
  if (app.state === 'active')
    return [
      button('Open', () => show(app, tokenSeconds)),
      button('Disable', () => step(`Disabling ${title}`, post('disable'))),
      button('Upgrade', upgrade),
    ];
  return [
    button('Enable', async () => {
      if (await confirmed(`Enable ${title}?`, `It runs as the app user ${name}.`, 'Enable'))
        await step(`Enabling ${title}`, post('enable'));
    }),
    button('Upgrade', upgrade),
    button('Delete', async () => {
      if (await confirmed(`Delete ${title}?`, 'Its data are deleted with it.', 'Delete'))
        await step(`Deleting ${title}`, () => ask('DELETE', `apps/${name}`));
    }),
  ];
}

/** The package is chosen where the first one was. */
function upgrade(): void {
  const field = appsPage.querySelector<HTMLInputElement>('input[type=file]');
  field?.focus();
  field?.click();
}

function confirmed(question: string, consequence: string, go: string): Promise<boolean> {
  const dialog = appsPage.querySelector('dialog') as HTMLDialogElement;
  byId('question').textContent = question;
  byId('consequence').textContent = consequence;
  byId('domain').hidden = go !== 'Enable';
  byId('go').textContent = go;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true }),
  );
}

function show(app: PluginView, tokenSeconds: number): void {
  frame?.close();
  frame = { name: app.title, close: openFrame(opened, app, { tokens, tokenSeconds, onLost: lost }) };
  go('app');
}

function go(where: 'apps' | 'app' | 'sign-in'): void {
  signInForm.hidden = where !== 'sign-in';
  appsPage.hidden = where !== 'apps';
  opened.hidden = where !== 'app';
  tabs.hidden = where === 'sign-in';
  const tab = (label: string, isHere: boolean, press: () => void): HTMLElement => {
    const made = element('button', { textContent: label, type: 'button' });
    if (isHere) made.setAttribute('aria-current', 'page');
    made.addEventListener('click', press);
    return made;
  };
  tabs.replaceChildren(tab('Apps', where === 'apps', () => go('apps')));
  if (frame === undefined) return;
  const { name } = frame;
  tabs.append(
    tab(name, where === 'app', () => go('app')),
    tab(`Close ${name}`, false, () => {
      frame?.close();
      frame = undefined;
      go('apps');
    }),
  );
}

/** The session has ended: somebody has to sign in again. */
function lost(): void {
  frame?.close();
  frame = undefined;
  signOut();
  byId('user').textContent = '';
  go('sign-in');
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(tag), properties);
}

function formText(form: HTMLFormElement, name: string): string {
  return (form.elements.namedItem(name) as HTMLInputElement).value;
}

signInForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const user = formText(form, 'user');
  signIn(user, formText(form, 'password')).then(
    () => {
      form.reset();
      byId('user').textContent = user;
      go('apps');
      void look();
    },
    (error: unknown) => {
      const place = form.querySelector('[role=alert]');
      if (place) place.textContent = (error as Error).message;
    },
  );
});

byId('upload').addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target as HTMLFormElement;
  const field = form.elements.namedItem('package') as HTMLInputElement;
  const file = field.files?.[0];
  if (file === undefined) return;
  void step(`Installing ${file.name}`, () => ask('POST', 'apps', file)).then(() => form.reset());
});

go('sign-in');
setInterval(() => {
  if (!appsPage.hidden) void look().catch(() => undefined);
}, lookEveryMs);
