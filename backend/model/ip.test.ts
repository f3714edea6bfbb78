import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addressOrder,
  commonPrefix,
  familyOf,
  hostAddress,
  hostPrefix,
  isDefaultRoute,
  parseAddress,
  parsePrefix,
  prefixMatcher,
} from './ip.ts';
import type { IpAddress } from './ip.ts';

const anyAddress = fc
  .oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('::', '::1', '1::', '1:0:0:2:0:0:0:3', '::ffff:10.1.2.3'))
  .map((text) => parseAddress(text))
  .filter((address): address is IpAddress => address !== undefined);

const anyPrefix = fc
  .tuple(anyAddress, fc.nat(128))
  .map(([address, bits]) => parsePrefix(`${address}/${familyOf(address) === 'ipv4' ? bits % 33 : bits}`))
  .filter((prefix) => prefix !== undefined);

describe('model/ip: addresses', () => {
  it('IPv6 becomes what RFC 5952 says, as a URL would show it', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseAddress(text);

        if (address === undefined || familyOf(address) === 'ipv4') return;
        assert.equal(`[${address}]`, new URL(`http://[${text}]`).hostname);
      }),
    );
  });

  it('canonical text is its own canonical text', () => {
    fc.assert(fc.property(anyAddress, (address) => assert.equal(parseAddress(address), address)));
  });

  for (const text of [
    '10.1',
    '10.0.0.300',
    '010.0.0.1',
    '0x0a.0.0.1',
    'fe80::1%eth0',
    '1:::2',
    '',
    'web',
    ' 10.0.0.1',
  ])
    it(`'${text}' is no address`, () => {
      assert.equal(parseAddress(text), undefined);
    });

  it('upper case, zeros and mapped tails are one address with their canonical text', () => {
    const parsed = ['FD00:0:0:0:0:0:0:01', '::FFFF:10.0.0.1', '2001:db8:0:1:1:1:1:1'].map(parseAddress);

    assert.deepEqual(parsed, ['fd00::1', '10.0.0.1', '2001:db8:0:1:1:1:1:1']);
  });
});

describe('model/ip: prefixes', () => {
  it('host bits are cleared', () => {
    const parsed = ['10.244.1.7/16', 'fd00:10:244::1/56', '0.0.0.1/0', '::ffff:10.9.9.9/104'].map(
      parsePrefix,
    );

    assert.deepEqual(parsed, ['10.244.0.0/16', 'fd00:10:244::/56', '0.0.0.0/0', '10.0.0.0/8']);
  });

  for (const text of [
    '10.0.0.0',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0.0/-1',
    '10.0.0.300/24',
    '::ffff:10.0.0.0/24',
  ])
    it(`'${text}' is no prefix`, () => {
      assert.equal(parsePrefix(text), undefined);
    });

  it('an address and its host prefix lead to each other, and wider prefixes to no address', () => {
    fc.assert(fc.property(anyAddress, (address) => assert.equal(hostAddress(hostPrefix(address)), address)));
    assert.equal(hostAddress(parsePrefix('10.0.0.0/31')!), undefined);
  });

  it('an address is inside a prefix exactly when cutting it to that length gives the prefix', () => {
    fc.assert(
      fc.property(anyAddress, fc.array(anyPrefix, { maxLength: 3 }), (address, prefixes) => {
        const expected = prefixes.some((prefix) => {
          const [, bits = ''] = prefix.split('/');
          return familyOf(prefix) === familyOf(address) && parsePrefix(`${address}/${bits}`) === prefix;
        });

        assert.equal(prefixMatcher(prefixes)(address), expected);
      }),
    );
  });

  it('the default routes of both families hold their own family only', () => {
    const v4 = prefixMatcher([parsePrefix('0.0.0.0/0')!]);
    const v6 = prefixMatcher([parsePrefix('::/0')!]);
    const [ten, fd] = [parseAddress('10.0.0.1')!, parseAddress('fd00::1')!];

    assert.deepEqual([v4(ten), v4(fd), v6(ten), v6(fd)], [true, false, false, true]);
    assert.deepEqual(
      ['0.0.0.0/0', '::/0', '0.0.0.0/1'].map((text) => isDefaultRoute(parsePrefix(text)!)),
      [true, true, false],
    );
  });

  it('the common prefix holds all of them, and one bit more would not', () => {
    const several = fc.array(anyPrefix, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(several, (all) => {
        const prefixes = all.filter((each) => familyOf(each) === familyOf(all[0]!));
        const common = commonPrefix(prefixes)!;
        const bits = Number(common.split('/')[1]);
        const cutTo = (length: number): Set<unknown> =>
          new Set(prefixes.map((each) => parsePrefix(`${each.split('/')[0]}/${length}`)));

        assert.deepEqual(cutTo(bits), new Set([common]));
        const shortest = Math.min(...prefixes.map((each) => Number(each.split('/')[1])));
        if (bits < shortest) assert.ok(cutTo(bits + 1).size > 1);
        else assert.equal(bits, shortest);
      }),
    );
    assert.equal(commonPrefix([]), undefined);
  });

  it('the order of addresses is that of their numbers, IPv4 before IPv6', () => {
    const sorted = [
      '9.0.0.1',
      '10.0.0.9',
      '10.0.0.10',
      '255.0.0.1',
      '::1',
      'fd00::9',
      'fd00::10',
      'fd00:1::',
    ];
    const shuffled = sorted.toReversed().map((text) => parseAddress(text)!);
    const number = (address: IpAddress): number =>
      address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

    assert.deepEqual(
      shuffled.toSorted((one, other) => (addressOrder(one) < addressOrder(other) ? -1 : 1)),
      sorted,
    );
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (a, b) => {
        const [one, other] = [parseAddress(a)!, parseAddress(b)!];

        assert.equal(addressOrder(one) < addressOrder(other), number(one) < number(other));
      }),
    );
  });
});
