import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shortId } from '../../model/digest.ts';
import type { InstanceId } from '../../model/identity.ts';
import { parseAddress, type IpAddress } from '../../model/ip.ts';
import type { OwnershipMark } from '../../model/ownership-mark.ts';
import {
  isLegalName,
  memberName,
  parseMemberName,
  parseServerName,
  serverId,
  serverName,
} from './server-name.ts';

const mark: OwnershipMark = { instance: '7f3a' as InstanceId, mapping: shortId('shop'), source: '-' };
const place = fc.record(
  {
    address: fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => parseAddress(text) ?? ('::' as IpAddress)),
    port: fc.integer({ min: 1, max: 65_535 }),
  },
  { noNullPrototype: true },
);

describe('names of servers of ours', () => {
  it('say whose they are and where they point, and read back so', () => {
    fc.assert(
      fc.property(place, (each) => {
        const name = serverName(mark, each);

        assert.deepEqual(parseServerName(name), { mark, place: each });
        assert.ok(isLegalName(name));
      }),
    );
  });

  it('name members as pools do', () => {
    fc.assert(fc.property(place, (each) => assert.deepEqual(parseMemberName(memberName(each)), each)));
    assert.equal(memberName({ address: '2001:db8::1' as IpAddress, port: 80 }), '[2001:db8::1]:80');
  });

  it('are not those of others, nor of anything spelled otherwise than we would', () => {
    const names = [
      'web1',
      'aks',
      'aks.7f3a.0123abcd.10.0.0.1',
      'aks.7f3a.0123abcd.10.0.0.1:0',
      'aks.7f3a.0123abcd.10.0.0.1:080',
      'aks.7f3a.0123abcd.10.0.0.1:70000',
      'aks.7f3a.0123abcd.2001:DB8::1:80',
      'aks.7f3a.0123abcd.2001:db8:0::1:80',
      'aks.7f3a.0123.10.0.0.1:80',
      'xaks.7f3a.0123abcd.10.0.0.1:80',
    ];

    for (const name of names) assert.equal(parseServerName(name), undefined, name);
  });

  it('have ids that are the same everywhere, unique, and apart modulo 2^20', () => {
    const there = { address: '10.0.0.1' as IpAddress, port: 80 };
    const free = (): boolean => false;
    const first = serverId(there, free);

    const again = serverId(there, free);
    const beside = serverId(there, (id) => id === first);

    assert.equal(again, first);
    assert.notEqual(beside, first);
    fc.assert(
      fc.property(place, (each) => {
        const id = serverId(each, free);
        assert.ok(id >= 2 ** 16 && id < 2 ** 20);
      }),
    );
  });
});
