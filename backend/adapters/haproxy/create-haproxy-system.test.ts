/** What a real HAProxy cannot be made to do. All else is shown with a real one, in test/real-clients. */
import assert from 'node:assert/strict';
import type { Outcome } from '../../model/outcome.ts';
import {
  nothing,
  startScripted,
  stateHeader,
  type Script,
  type ScriptedRuntime,
} from './testing/scripted-runtime.ts';
import {
  add,
  follow,
  key,
  member,
  remove,
  until,
  type Follower,
  type WorldOptions,
} from './testing/world.ts';

const item = member('10.0.0.1:80');

function codeOf(outcome: Outcome): string {
  return outcome.result === 'accepted' ? 'accepted' : `${outcome.result} ${outcome.problem.code}`;
}

describe('a HAProxy that misbehaves', () => {
  let runtime: ScriptedRuntime;
  let follower: Follower;

  async function begin(script: Script, options: WorldOptions = {}): Promise<void> {
    runtime = await startScripted(script);
    follower = await follow(runtime.address, {
      ...options,
      system: { requestTimeoutMs: 300, probeMs: 20, ...options.system },
    });
  }

  afterEach(async () => {
    await follower.letGo();
    await runtime.stop();
  });

  it('leaves a write unknown whose connection was lost, and its pool in doubt until it is read', async () => {
    await begin((command, socket) => {
      if (!command.startsWith('add server')) return undefined;
      socket.destroy();
      return nothing;
    });

    const outcome = await follower.write(add('app', item));
    const during = follower.system.view.get(key('app'));
    runtime.script = () => undefined;
    await until(async () => {
      await follower.refresh('app');
      return !('code' in follower.system.view.get(key('app')));
    }, 'a pool without a doubt');

    assert.equal(codeOf(outcome), 'unknown loadBalancer.unknown-outcome');
    assert.ok('code' in during && during.code === 'loadBalancer.unknown-outcome');
    assert.deepEqual(follower.shown('app'), []);
  });

  it('is sent nothing that waited for its turn when writing was paused meanwhile', async () => {
    let paused = false;
    await begin(
      (command) => {
        paused ||= command.startsWith('add server');
        return undefined;
      },
      { system: { mayWrite: () => !paused } },
    );

    const other = member('10.0.0.2:80');
    const outcomes = await Promise.all([follower.write(add('app', item)), follower.write(add('app', other))]);

    assert.deepEqual(outcomes.map(codeOf), ['accepted', 'unknown write.paused']);
    assert.equal(runtime.heard.filter((command) => command.startsWith('add server')).length, 1);
  });

  it('takes it for restarted when all that was ours is gone, though process and uptime look the same', async () => {
    await begin(() => undefined, { system: { resyncMs: 100 } });
    assert.equal(codeOf(await follower.write(add('app', item))), 'accepted');

    await until(() => follower.drifted().includes('all'), 'drift of every pool');

    assert.equal(follower.system.counters.reloads, 1);
    assert.deepEqual(follower.shown('app'), []);
  });

  it('takes no half of a list for a short one', async () => {
    const row = '3 app 70000 aks.7f3a.8d9001d3.10.0.0.1:80 10.0.0.1 2 0 1 1 80';
    const whole = `1\n${stateHeader}\n${row}\n`;
    await begin((command) => (command === 'show servers state' ? whole : undefined), {
      system: { resyncMs: 50 },
    });

    runtime.script = (command, socket) => {
      if (command !== 'show servers state') return undefined;
      socket.end(whole.slice(0, -row.length - 1));
      return nothing;
    };
    await until(() => follower.system.view.problem !== undefined, 'a problem');

    assert.equal(follower.system.view.problem?.code, 'loadBalancer.unreachable');
    assert.deepEqual(follower.shown('app'), ['10.0.0.1:80 enabled 1']);
  });

  it('gives up a connection that says more than was asked, and believes nothing of it', async () => {
    await begin(() => undefined);
    const before = follower.system.counters.connections;

    runtime.script = (command) =>
      command.startsWith('add server') ? '\n> [6]: New server registered.\n' : undefined;
    const outcome = await follower.write(add('app', item));
    await until(() => follower.system.counters.connections > before, 'another connection');

    assert.notEqual(outcome.result, 'accepted');
    assert.deepEqual(follower.shown('app'), []);
  });

  it('takes back what it added when a later step is refused', async () => {
    await begin(
      (command) =>
        command.startsWith('enable health')
          ? '[3]: Health check was not configured on this server, cannot enable.\n'
          : undefined,
      { system: { check: 'check inter 2s' } },
    );
    runtime.heard.length = 0;

    const outcome = await follower.write(add('app', item));

    assert.ok(
      outcome.result === 'refused' && outcome.problem.detail.includes('Health check was not configured'),
    );
    const writes = runtime.heard
      .filter((command) => !command.startsWith('show'))
      .map((each) => each.split(' aks')[0]);
    assert.deepEqual(writes, [
      writes[0],
      'enable health app/aks.7f3a.8d9001d3.10.0.0.1:80',
      'set server app/aks.7f3a.8d9001d3.10.0.0.1:80 state ready',
      'set server app/aks.7f3a.8d9001d3.10.0.0.1:80 state maint',
      'del server app/aks.7f3a.8d9001d3.10.0.0.1:80',
    ]);
    assert.deepEqual(follower.shown('app'), []);
  });

  it('tries another id where the first is taken by something that it cannot see', async () => {
    const ids = new Set<string>();
    await begin((command) => {
      const id = /^add server .* id (\d+)/.exec(command)?.[1];
      if (id === undefined) return undefined;
      ids.add(id);
      return ids.size === 1
        ? `[3]: 'id' : custom id ${id} already used at (null):0 ('server x').\n`
        : '[6]: New server registered.\n';
    });

    const outcome = await follower.write(add('app', item));

    assert.equal(codeOf(outcome), 'accepted');
    assert.equal(ids.size, 2);
  });

  it('does not wait for one that takes the connection and never answers', async () => {
    await begin((command) => (command === 'prompt' ? nothing : undefined), { impatient: true });

    await follower.system.settled(new AbortController().signal);

    const found = follower.system.view.problem;
    assert.equal(found?.code, 'loadBalancer.unreachable');
    assert.match(found.detail, /stats maxconn/);
  });

  it('writes nothing to one that was not read, and says that it was not sent', async () => {
    await begin((command) => (command === 'show backend' ? nothing : undefined), { impatient: true });
    await follower.system.settled(new AbortController().signal);
    runtime.heard.length = 0;

    const outcome = await follower.write(remove('app', item));

    assert.equal(codeOf(outcome), 'unknown loadBalancer.unreachable');
    assert.ok(!runtime.heard.some((command) => command.startsWith('del')));
  });

  it('refuses check words that would be another command', async () => {
    await begin(() => undefined, { system: { check: 'check;shutdown sessions server app/x' } });
    runtime.heard.length = 0;

    const outcome = await follower.write(add('app', item));

    assert.equal(codeOf(outcome), 'refused pool.refused');
    assert.ok(!runtime.heard.some((command) => command.startsWith('shutdown')));
  });

  it('refuses to make a backend, and to write to one whose name would be another command', async () => {
    await begin(() => undefined);
    const creation = { ...add('app', item), type: 'createObject', attributes: {}, mark: item.mark } as const;

    const object = await follower.write(creation);
    const injected = await follower.write(add('app;del server app/x', item));

    assert.equal(codeOf(object), 'refused pool.refused');
    assert.equal(codeOf(injected), 'refused pool.missing');
  });
});
