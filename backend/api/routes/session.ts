/** Signing in and out. */
import {
  claimRequestSchema,
  passwordRequestSchema,
  signInRequestSchema,
  startedSessionSchema,
  whoSchema,
} from '../contract/access.ts';
import { doneSchema } from '../contract/acts.ts';
import { ProblemError } from '../../model/problems.ts';
import { jsonRoute } from '../route.ts';
import type { Route } from '../route.ts';
import type { RoutesOptions } from './options.ts';

type Options = Pick<RoutesOptions, 'access' | 'version'>;
const path = '/api/v1/session';

export function sessionRoutes(options: Options): readonly Route[] {
  return [who(options), signIn(options), claim(options), signOut(options), changePassword(options)];
}

function who({ access, version }: Options): Route {
  return jsonRoute({
    method: 'GET',
    path,
    role: 'anyone',
    identified: true,
    summary: 'Who is signed in, and how one may',
    response: { name: 'Who', schema: whoSchema },
    handle({ person, credentials }) {
      const endsAt = person === undefined ? null : access.endsAt(credentials);
      return { body: { person: person ?? null, endsAt, ways: access.ways(), product: version } };
    },
  });
}

function signIn({ access }: Options): Route {
  return jsonRoute({
    method: 'POST',
    path,
    role: 'anyone',
    summary: 'Sign in, as the local administrator or as a user of a fabric',
    body: { name: 'SignIn', schema: signInRequestSchema },
    response: { name: 'StartedSession', schema: startedSessionSchema },
    errors: ['access.denied', 'access.locked', 'access.unavailable'],
    pace: 'signIn',
    act: {
      verb: 'sign in',
      object: ({ body }) => (body.fabric === undefined ? '' : `fabric ${body.fabric}`),
      claimed: ({ body }) => ({
        name: body.username,
        via: body.fabric === undefined ? 'local' : 'apic',
      }),
    },
    async handle({ body, from }) {
      const session = await access.signIn(body, from);
      return { body: session, session };
    },
  });
}

function claim({ access }: Options): Route {
  return jsonRoute({
    method: 'POST',
    path: `${path}/claim`,
    role: 'anyone',
    summary: 'Make the local administrator, once, with the code of the log',
    body: { name: 'Claim', schema: claimRequestSchema },
    response: { name: 'StartedSession', schema: startedSessionSchema },
    errors: ['access.denied', 'access.locked', 'store.unwritable', 'store.stalled'],
    pace: 'signIn',
    act: {
      verb: 'claim',
      claimed: ({ body }) => ({ name: body.username, via: 'local' }),
    },
    async handle({ body, from }) {
      const session = await access.claim(body, from);
      return { body: session, session };
    },
  });
}

function signOut({ access }: Options): Route {
  return jsonRoute({
    method: 'DELETE',
    path,
    role: 'anyone',
    identified: true,
    summary: 'Sign out',
    response: { name: 'Done', schema: doneSchema },
    act: { verb: 'sign out' },
    handle({ credentials }) {
      access.signOut(credentials);
      return { body: { done: 'signed out' }, session: 'ended' };
    },
  });
}

function changePassword({ access }: Options): Route {
  return jsonRoute({
    method: 'POST',
    path: `${path}/password`,
    role: 'viewer',
    summary: 'Another password for the local administrator; ends their other sessions',
    body: { name: 'PasswordChange', schema: passwordRequestSchema },
    response: { name: 'Done', schema: doneSchema },
    errors: ['access.denied', 'access.locked', 'access.role', 'store.unwritable', 'store.stalled'],
    pace: 'signIn',
    act: { verb: 'change password' },
    async handle({ body, person, credentials }) {
      if (person.via !== 'local')
        throw new ProblemError('access.role', 'only the local administrator has a password here');
      await access.changePassword(body, person, credentials);
      return { body: { done: 'the password was changed; every other session of yours has ended' } };
    },
  });
}
