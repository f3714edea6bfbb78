import assert from 'node:assert/strict';
import { hashPassword, nobodysHash, passwordMatches, presentCost } from './password.ts';

describe('passwords', () => {
  it('match their own hash and no other', async () => {
    const known = await hashPassword('correct horse', 1024);

    assert.equal(await passwordMatches('correct horse', known), true);
    assert.equal(await passwordMatches('correct horsf', known), false);
    assert.equal(await passwordMatches('', known), false);
  });

  it('have a hash that says nothing of them, another one each time', async () => {
    const [one, other] = await Promise.all([hashPassword('same', 1024), hashPassword('same', 1024)]);

    assert.notEqual(one.hash, other.hash);
    assert.equal(JSON.stringify(one).includes('same'), false);
  });

  it('match a hash of another cost than the present one', async () => {
    const old = await hashPassword('old', 512);

    const matches = await passwordMatches('old', old);

    assert.equal(matches, true);
    assert.equal((await hashPassword('new')).cost, presentCost);
    assert.ok(presentCost >= 2 ** 15);
  });

  it('are the same however the keyboard composes an accent', async () => {
    const known = await hashPassword('caf\u00e9', 1024);

    assert.equal(await passwordMatches('cafe\u0301', known), true);
  });

  it('never match a damaged hash', async () => {
    const known = await hashPassword('x', 1024);

    assert.equal(await passwordMatches('x', { ...known, hash: '' }), false);
    assert.equal(await passwordMatches('x', { ...known, hash: known.hash.slice(0, 20) }), false);
  });

  it('of nobody cost as much as those of somebody, and match nothing', async () => {
    assert.equal(nobodysHash().cost, presentCost);
    assert.equal(await passwordMatches('', nobodysHash()), false);
  });
});
