/** Others who sign in with what the fabric knows of them. */
import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { labPeople } from '../../../lab/fabric/people.ts';
import { password } from './first-start.ts';
import type { Played } from './played.ts';
import { goTo, heading } from './places.ts';

export async function otherPeople(played: Played): Promise<void> {
  const { operator, viewer, outsider } = labPeople;
  await signOut(played);
  await played.visitor.accessible('signing in');

  await signIn(played, outsider);
  await played.visitor.page.getByRole('alert').getByText('tina has no role of dc1').waitFor();
  played.visitor.excuse(401);

  await signIn(played, operator);
  await heading(played.visitor.page, 'Overview').waitFor();
  await may(played, { operate: true });
  await signOut(played);

  await signIn(played, viewer);
  await heading(played.visitor.page, 'Overview').waitFor();
  await may(played, { operate: false });
  await signOut(played);

  await signIn(played, { username: 'ada', password }, '');
  await heading(played.visitor.page, 'Overview').waitFor();
  const contact = played.visitor.page.getByRole('status', { name: 'Contact with the server' });
  await contact.getByText('Live').waitFor();
}

async function signOut({ visitor: { page }, hands }: Played): Promise<void> {
  await hands.press(page.getByRole('button', { name: 'Sign out' }));
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

async function signIn(played: Played, { username, password }: Credentials, of = 'dc1'): Promise<void> {
  const {
    visitor: { page },
    hands,
  } = played;
  await hands.choose(page.getByLabel('As', { exact: true }), of);
  await hands.write(page.getByLabel('User name'), username);
  await hands.write(page.getByLabel('Password', { exact: true }), password);
  await hands.press(page.getByRole('button', { name: 'Sign in', exact: true }));
}

/** What a role may not do keeps its place, and says what it takes. */
async function may(played: Played, { operate }: { readonly operate: boolean }): Promise<void> {
  const { page } = played.visitor;
  await isOff(page.getByRole('button', { name: /^Pause/ }), operate ? undefined : 'operator');
  await goTo(played, 'Sources & systems', 'Sources and systems');
  await isOff(page.getByRole('button', { name: /^Read again: dc1/ }), operate ? undefined : 'operator');
  await isOff(page.getByRole('button', { name: /^Remove dc1/ }), 'admin');
  await isOff(page.getByRole('link', { name: 'Add', exact: true }), 'admin');
  await played.visitor.accessible('systems that one may only look at');
  await goTo(played, 'Mappings');
  await isOff(page.getByRole('button', { name: /^Remove shop/ }), 'admin');
  await goTo(played, 'Settings');
  await played.visitor.accessible('settings that one may only look at');
  await goTo(played, 'Overview');
}

async function isOff(control: Locator, role: 'operator' | 'admin' | undefined): Promise<void> {
  await control.waitFor();
  assert.equal(await control.getAttribute('aria-disabled'), role === undefined ? 'false' : 'true');
  const why = (await control.getAttribute('title')) ?? '';
  if (role !== undefined) assert.match(why, new RegExp(`takes the role ${role}; you are here as`));
}
