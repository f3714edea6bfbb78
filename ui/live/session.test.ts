import assert from 'node:assert/strict';
import type { PersonModel, StartedSessionModel, WhoModel } from '../../backend/api/contract/access.ts';
import type { Requests } from './requests.ts';
import { createSession } from './session.ts';
import type { SessionWithDoor } from './session.ts';

const alice: PersonModel = { name: 'alice', role: 'operator', via: 'local' };

function world(anonymous: PersonModel['role'] | null = null): {
  readonly session: SessionWithDoor;
  readonly becomes: (person: PersonModel | null) => void;
} {
  let person: PersonModel | null = null;
  const who = (): Promise<WhoModel> =>
    Promise.resolve({
      person,
      endsAt: null,
      product: '1',
      ways: { claim: false, local: true, fabrics: [], anonymous },
    });
  const requests: Pick<Requests, 'who' | 'signIn' | 'signOut'> = {
    who,
    signIn() {
      person = alice;
      return Promise.resolve<StartedSessionModel>({ person, endsAt: null, session: 's' });
    },
    signOut() {
      person = null;
      return Promise.resolve();
    },
  };
  return {
    session: createSession(() => requests as Requests),
    becomes: (next) => void (person = next),
  };
}

const credentials = { username: 'alice', password: 'p' };

describe('the session of the page', () => {
  it('asks to sign in when nobody is there, and no more afterwards', async () => {
    const { session } = world();
    await session.load();
    assert.equal(session.wanted.value, true);

    await session.signIn(credentials);

    assert.deepEqual([session.wanted.value, session.person.value], [false, alice]);
    assert.deepEqual([session.may('operator'), session.may('admin')], [true, false]);
  });

  it('counts whoever is not signed in as somebody where the server says so', async () => {
    const { session } = world('viewer');

    await session.load();

    assert.deepEqual(
      [session.wanted.value, session.may('viewer'), session.may('operator')],
      [false, true, false],
    );
  });

  it('keeps showing who was there while one signs in again, and lets what waited go on', async () => {
    const { session, becomes } = world();
    await session.load();
    await session.signIn(credentials);
    becomes(null);

    const gone = session.signedIn();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([session.wanted.value, session.person.value], [true, alice]);
    await session.signIn(credentials);

    await gone;
    assert.equal(session.wanted.value, false);
  });

  it('is nobody’s after signing out', async () => {
    const { session } = world();
    await session.load();
    await session.signIn(credentials);

    await session.signOut();

    assert.deepEqual([session.person.value, session.wanted.value], [undefined, true]);
  });
});
