import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressAt, parseRange, subnetAt, Turnstile } from './ranges.ts';

describe('ranges of addresses', () => {
  it('are counted through in both families', () => {
    assert.equal(addressAt(parseRange('10.244.1.7/24'), 2), '10.244.1.2');
    assert.equal(addressAt(parseRange('fd00:10:244::/64'), 258), 'fd00:10:244::102');
  });

  it('are split into subnets, up to their end', () => {
    assert.equal(subnetAt(parseRange('10.244.0.0/16'), 24, 255), '10.244.255.0/24');
    assert.equal(subnetAt(parseRange('10.244.0.0/16'), 24, 256), undefined);
    assert.equal(subnetAt(parseRange('fd00:10:244::/56'), 64, 1), 'fd00:10:244:1::/64');
  });
});

describe('the giving out of addresses', () => {
  it('never gives one to two holders, whatever is given back when', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 60 }), (holders) => {
        const pool = new Turnstile(parseRange('10.0.0.0/28'), 1);
        const held = new Map<number, string>();
        for (const holder of holders) {
          const known = held.get(holder);
          if (known !== undefined) {
            pool.give(known, String(holder));
            held.delete(holder);
            continue;
          }
          const address = pool.take(String(holder));
          if (address === undefined) assert.equal(held.size, 14);
          else held.set(holder, address);
        }

        assert.equal(new Set(held.values()).size, held.size);
      }),
    );
  });

  it('lets all others have their turn before one comes again', () => {
    const pool = new Turnstile(parseRange('10.0.0.0/29'), 1);
    const first = pool.take('a')!;
    pool.give(first, 'a');

    const next = Array.from({ length: 6 }, (_, index) => pool.take(`b${index}`));

    assert.equal(next.at(-1), first);
  });

  it('takes an address on request, unless another holds it', () => {
    const pool = new Turnstile(parseRange('10.0.0.0/29'), 1);

    assert.equal(pool.claim('10.0.0.5', 'a'), true);
    assert.equal(pool.claim('10.0.0.5', 'b'), false);
    assert.equal(pool.holder('10.0.0.5'), 'a');
  });
});
