/** What people do at the command line is in the history, whether anybody serves at that moment or not. */
import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import { mapping, openStage, type Stage } from '../failures/stage.ts';

interface Line {
  readonly person: string;
  readonly what: string;
  readonly why: string;
  readonly result: string;
  readonly detail: string;
}

describe('acts at the command line', () => {
  let stage: Stage;

  beforeEach(async function () {
    this.timeout(60_000);
    stage = await openStage({ mappings: [mapping('web', { namespaces: { names: ['shop'] } })] });
  });

  afterEach(() => stage.close());

  async function lines(): Promise<string[]> {
    const { entries } = (await stage.product.get('api/v1/history?kind=act')) as { entries: Line[] };
    return entries.map(({ person, what, why, result, detail }) =>
      [person, what, why, result, detail].join(' | '),
    );
  }

  it('are lines of the history, once each: those beside a serving product, and those before its start', async () => {
    const { username } = userInfo();
    const line = (rest: string): string => `${username} | ${rest}`;
    const paused = line('pause | commandLine | done | on');
    const refused = line('approve mapping web | commandLine | plan.changed | f00');
    const resumed = line('pause | commandLine | done | off');
    const { product } = stage;

    await product.command('approve', '--pause');
    const { status } = await product.command('approve', 'web', 'f00');
    await stage.until('both are there', async () => (await lines()).length === 2);
    const beside = await lines();
    await stage.product.stop();
    await product.command('approve', '--resume');
    await stage.restart();
    await stage.until('the third is there', async () => (await lines()).length === 3);
    await stage.restart('SIGKILL');
    await stage.until('they are read', async () => (await lines()).length >= 3);

    assert.equal(status, 1);
    assert.deepEqual(beside, [refused, paused]);
    assert.deepEqual(await lines(), [resumed, refused, paused]);
  }).timeout(60_000);

  it('tell of a round that was carried out once, with what became of it', async () => {
    const { product } = stage;
    await stage.product.stop();
    stage.cluster.deployment('shop', 'web', 1);
    await stage.cluster.settled();

    const { status, output } = await product.command('apply', '--once');
    await product.command('apply', '--once');
    await stage.restart();

    assert.equal(status, 0, output);
    await stage.until('it is there', async () => (await lines()).length > 0);
    const [line = '', ...others] = await lines();
    assert.match(line, / \| apply \| commandLine \| done \| \d+ accepted$/);
    assert.deepEqual(others, []);
  }).timeout(60_000);
});
