import assert from 'node:assert/strict';
import type { Problem } from '../../model/problems.ts';
import { Gate, Held, type Answering, type Entering } from './gate.ts';

const token = (generation: number): Entering => ({ generation, isBound: true });
const password = (generation: number): Entering => ({ generation, isBound: false });

/** A gate before whatever `scene` says that answers. */
function before(scene: { answers: string; problem?: Problem; confirmed?: string; paused?: boolean }) {
  const held: string[] = [];
  let asked = 0;
  const ask = async (): Promise<Answering> => {
    asked += 1;
    await Promise.resolve();
    return { identity: scene.answers, problem: scene.problem };
  };
  const gate = new Gate<Answering>({
    code: 'fabric.identity',
    expectedIdentity: () => scene.confirmed,
    onIdentity: (identity) => (scene.confirmed ??= identity),
    mayWrite: () => scene.paused !== true,
    onAnswer: () => undefined,
    onStranger: ({ code }) => held.push(code),
  });
  const told = async (act: Promise<void>): Promise<string> => {
    try {
      await act;
      return 'passed';
    } catch (thrown) {
      return thrown instanceof Held ? thrown.problem.code : String(thrown);
    }
  };
  return {
    held,
    asked: () => asked,
    read: (login: Entering) => told(gate.pass(login, false, ask)),
    write: (login: Entering) => told(gate.pass(login, true, ask)),
    begin: (login: Entering) => told(gate.begin(login, ask)),
  };
}

describe('the gate before a system', () => {
  it('asks who answers once for each login, whatever goes out with it', async () => {
    const gate = before({ answers: 'a' });

    await Promise.all([gate.read(token(1)), gate.write(token(1)), gate.begin(token(1))]);
    await gate.write(token(1));
    assert.equal(gate.asked(), 1);
    await gate.write(token(2));

    assert.equal(gate.asked(), 2);
  });

  it('lets nothing out with a login that leads elsewhere, neither writes nor reads', async () => {
    const scene = { answers: 'a' };
    const gate = before(scene);
    await gate.write(token(1));

    scene.answers = 'b';

    assert.equal(await gate.write(token(2)), 'fabric.identity');
    assert.equal(await gate.read(token(2)), 'fabric.identity');
    assert.deepEqual(gate.held, ['fabric.identity', 'fabric.identity']);
  });

  it('goes by what is confirmed now, also when that changes under a login', async () => {
    const scene = { answers: 'a', confirmed: 'b' };
    const gate = before(scene);
    assert.equal(await gate.write(token(1)), 'fabric.identity');

    scene.confirmed = 'a';

    assert.equal(await gate.write(token(1)), 'passed');
    assert.equal(gate.asked(), 1);
  });

  it('asks anew for each read of everything but the one that follows a login', async () => {
    const scene = { answers: 'a' };
    const gate = before(scene);
    await gate.read(token(1));

    await gate.begin(token(1));
    assert.equal(gate.asked(), 1);
    scene.answers = 'b';

    assert.equal(await gate.begin(token(1)), 'fabric.identity');
    assert.equal(await gate.begin(token(1)), 'fabric.identity');
    assert.equal(gate.asked(), 3);
    assert.equal(await gate.write(token(1)), 'fabric.identity');
  });

  it('asks before each write where the login would be taken anywhere', async () => {
    const scene = { answers: 'a' };
    const gate = before(scene);
    assert.equal(await gate.write(password(1)), 'passed');

    scene.answers = 'b';

    assert.equal(await gate.write(password(1)), 'fabric.identity');
  });

  it('holds writes while writing is paused, and reads go on', async () => {
    const gate = before({ answers: 'a', paused: true });

    assert.equal(await gate.read(token(1)), 'passed');
    assert.equal(await gate.write(token(1)), 'write.paused');
    assert.deepEqual(gate.held, []);
  });

  it('holds everything where nothing is to be written, whoever it is', async () => {
    const gate = before({ answers: 'a', problem: { code: 'loadBalancer.standby', detail: '' } });

    assert.equal(await gate.write(token(1)), 'loadBalancer.standby');
  });

  it('does not take a failure to ask for an answer', async () => {
    const gate = new Gate<Answering>({
      code: 'fabric.identity',
      expectedIdentity: () => undefined,
      onIdentity: () => assert.fail('nobody answered'),
      onAnswer: () => undefined,
      onStranger: () => undefined,
    });
    let answers: Promise<Answering> = Promise.reject(new Error('no answer'));
    const ask = (): Promise<Answering> => answers;
    await assert.rejects(gate.pass(token(1), true, ask), /no answer/);

    answers = Promise.reject(new Error('none again'));

    await assert.rejects(gate.pass(token(1), true, ask), /none again/);
  });
});
