import assert from 'node:assert/strict';
import { isClaimCode, newClaimCode } from './claim.ts';

describe('the one-time code', () => {
  it('is eight groups of four without letters that look alike, another one each time', () => {
    const codes = Array.from({ length: 200 }, newClaimCode);

    for (const code of codes) assert.match(code, /^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){7}$/);
    assert.equal(new Set(codes).size, 200);
    assert.equal(new Set(codes.join('').replaceAll('-', '')).size, 32);
  });

  it('is known however it is typed, and only whole', () => {
    const code = newClaimCode();

    assert.equal(isClaimCode(code, code), true);
    assert.equal(isClaimCode(` ${code.toLowerCase().replaceAll('-', ' ')}`, code), true);
    assert.equal(isClaimCode(code.replaceAll('-', ''), code), true);
    assert.equal(isClaimCode(code.slice(0, -1), code), false);
    assert.equal(isClaimCode('', code), false);
    assert.equal(isClaimCode(newClaimCode(), code), false);
  });
});
