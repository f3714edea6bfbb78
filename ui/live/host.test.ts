import assert from 'node:assert/strict';
import { followTokens } from './host.ts';

/** A window with a frame around it, whose messages the test sends. */
function framed() {
  let listen: (message: { source: unknown; data: unknown }) => void = () => undefined;
  const parent = {} as Window;
  const addEventListener = (_: string, listener: typeof listen): void => void (listen = listener);
  const here = { parent, addEventListener } as unknown as Window;
  const send = (message: object, source: unknown = parent): void =>
    listen({ source, data: JSON.stringify(message) });
  return { here, send };
}

describe('tokens from the frame around the page', () => {
  it('are waited for before anything is sent', async () => {
    const { here, send } = framed();
    const headers = followTokens(here)();

    send({ appId: 'A_B', token: 'one', urlToken: 'two' });

    assert.deepEqual(await headers, { DevCookie: 'one', 'APIC-challenge': 'two' });
  });

  it('are the newest that came', async () => {
    const { here, send } = framed();
    const headers = followTokens(here);

    send({ token: 'one', urlToken: 'two' });
    send({ token: 'three', urlToken: 'four' });

    assert.deepEqual(await headers(), { DevCookie: 'three', 'APIC-challenge': 'four' });
  });

  it('are taken from nobody but the frame around, and not waited for without end', async () => {
    const { here, send } = framed();
    const headers = followTokens(here, 10);

    send({ token: 'one', urlToken: 'two' }, {});

    assert.deepEqual(await headers(), {});
  });
});
