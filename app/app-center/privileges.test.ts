import assert from 'node:assert/strict';
import { givePrivilegesAway, type Processes } from './privileges.ts';

function system(uid: number, refuses: readonly string[] = []): Processes & { readonly calls: string[] } {
  const calls: string[] = [];
  const call = (name: string) => (id: number | readonly number[]) => {
    calls.push(`${name} ${String(id)}`);
    if (refuses.includes(`${name} ${String(id)}`)) throw new Error(`${name}: EPERM`);
  };
  return {
    calls,
    getuid: () => uid,
    seteuid: call('seteuid'),
    setegid: call('setegid'),
    setgroups: call('setgroups'),
    setuid: call('setuid'),
    setgid: call('setgid'),
  };
}

function told(): {
  readonly lines: string[];
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
} {
  const lines: string[] = [];
  const line = (_fields: object, text: string): void => void lines.push(text);
  return { lines, info: line, warn: line };
}

describe('root', () => {
  it('is needed for what is done as root alone, and given away for ever afterwards', async () => {
    const [fake, log] = [system(0), told()];

    const privileges = givePrivilegesAway([], log, fake);
    const during = await privileges.privileged(() => Promise.resolve(fake.calls.at(-2)));
    privileges.drop();

    assert.equal(during, 'seteuid 0');
    assert.deepEqual(fake.calls.slice(-2), ['setgid 10001', 'setuid 10001']);
    assert.deepEqual(log.lines, ['root was given away']);
  });

  it('is not looked for where the process has it not', () => {
    const [fake, log] = [system(1000), told()];

    givePrivilegesAway(['/nowhere'], log, fake).drop();

    assert.deepEqual([fake.calls, log.lines], [[], []]);
  });

  for (const refused of ['setgroups 10001', 'seteuid 10001'])
    it(`stays, and that is said, where the system refuses ${refused}`, () => {
      const [fake, log] = [system(0, [refused]), told()];

      givePrivilegesAway([], log, fake).drop();

      assert.deepEqual(fake.calls.slice(-2), ['seteuid 0', 'setegid 0']);
      assert.equal(log.lines.length, 1);
      assert.match(log.lines[0] ?? '', /stays root/);
    });

  it('of the process alone is what stays where it cannot be given away for ever', () => {
    const [fake, log] = [system(0, ['setuid 10001']), told()];

    givePrivilegesAway([], log, fake).drop();

    assert.equal(fake.calls.at(-1), 'seteuid 10001');
    assert.deepEqual(log.lines, ['root could not be given away for ever']);
  });
});
