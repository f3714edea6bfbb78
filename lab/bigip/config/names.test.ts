import assert from 'node:assert/strict';
import { keyOfPath, nameOfBody, nameOfKey, splitMember } from './names.ts';

describe('names on the simulated BIG-IP', () => {
  const members: readonly [string, string, number][] = [
    ['10.0.0.1:80', '10.0.0.1', 80],
    ['2001:db8::1.80', '2001:db8::1', 80],
    ['10.0.0.1%10:80', '10.0.0.1%10', 80],
    ['2001:db8::1%10.8080', '2001:db8::1%10', 8080],
    ['web01.lab:80', 'web01.lab', 80],
    ['web.80:443', 'web.80', 443],
    ['10.0.0.1:any', '10.0.0.1', 0],
  ];
  for (const [name, node, port] of members) {
    it(`takes ${name} apart`, () => {
      assert.deepEqual(splitMember(name), { node, port });
    });
  }

  it('refuses names of members without a port or with one that is none', () => {
    assert.throws(() => splitMember('10.0.0.1'), /invalid property value/);
    assert.throws(() => splitMember('10.0.0.1:65536'), /invalid property value/);
  });

  it('reads keys of URLs with and without folders', () => {
    assert.equal(nameOfKey('~k8s~app~p').path, '/k8s/app/p');
    assert.equal(nameOfKey('~k8s~app~p').subPath, 'app');
    assert.equal(nameOfKey('p').path, '/Common/p');
    assert.equal(keyOfPath('/k8s/10.0.0.1%10:80'), '~k8s~10.0.0.1%2510:80');
  });

  it('reads names of bodies, full paths among them', () => {
    assert.equal(nameOfBody({ name: 'p' }).path, '/Common/p');
    assert.equal(nameOfBody({ name: 'p', partition: 'k8s', subPath: 'app' }).path, '/k8s/app/p');
    assert.equal(nameOfBody({ name: '/k8s/p' }).partition, 'k8s');
  });
});
