import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAddress } from '../../model/ip.ts';
import {
  itemName,
  memberName,
  monitorRule,
  parseItemName,
  parseRouted,
  pathOfUrlKey,
  poolPath,
  splitMember,
  urlKey,
} from './names.ts';

const addresses = fc.oneof(fc.ipV4(), fc.ipV6()).map((text) => parseAddress(text)!);
const ports = fc.integer({ min: 1, max: 65_535 });

describe('names on a BIG-IP', () => {
  it('a member is found again by its name, on both sides', () => {
    fc.assert(
      fc.property(addresses, ports, (address, port) => {
        assert.deepEqual(parseItemName(itemName(address, port)), { address, port });
        assert.deepEqual(splitMember(`/k8s/${memberName(address, port)}`), { node: `/k8s/${address}`, port });
      }),
    );
  });

  it('a path survives its way through a URL', () => {
    const names = fc.stringMatching(/^[\w.:%-]{1,20}$/);
    fc.assert(
      fc.property(fc.array(names, { minLength: 2, maxLength: 3 }), (parts) => {
        const path = `/${parts.join('/')}`;
        const key = urlKey(path);
        assert.equal(pathOfUrlKey(key), path);
        assert.match(key, /^[^/?#]*$/);
      }),
    );
    assert.equal(urlKey('/k8s/10.0.0.1%10:80'), '~k8s~10.0.0.1%2510:80');
  });

  it('addresses are compared as values, whether their route domain is told or left out', () => {
    assert.deepEqual(parseRouted('10.0.0.1', 10), parseRouted('10.0.0.1%10', 10));
    assert.deepEqual(parseRouted('2001:DB8::0:1%10', 0), parseRouted('2001:db8::1', 10));
    assert.notDeepEqual(parseRouted('10.0.0.1%0', 10), parseRouted('10.0.0.1', 10));
    assert.equal(parseRouted('any6', 0), undefined);
  });

  it('a rule of monitors is the same in any order and spelling', () => {
    assert.equal(monitorRule('/Common/b and /Common/a '), monitorRule('a and b'));
    assert.equal(monitorRule('min 1 of { /Common/b /Common/a }'), 'min 1 of { /Common/a /Common/b }');
    for (const none of ['', 'none', '/Common/none']) assert.equal(monitorRule(none), 'none');
    fc.assert(
      fc.property(
        fc.stringMatching(/^[\w/ {}]*$/),
        (text) => monitorRule(monitorRule(text)) === monitorRule(text),
      ),
    );
  });

  it('what is no path of a pool is none', () => {
    assert.equal(poolPath('k8s/web'), '/k8s/web');
    assert.equal(poolPath('k8s/app/web'), '/k8s/app/web');
    for (const name of ['web', 'k8s/', '/web', 'k8s//web', 'k8s/../web', 'k8s/a~b', 'k8s/a b'])
      assert.equal(poolPath(name), undefined, name);
  });
});
