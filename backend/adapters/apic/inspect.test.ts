import assert from 'node:assert/strict';
import { rightsOf } from './inspect.ts';

function rights(...domains: readonly (readonly [domain: string, rolesW: string])[]): unknown[] {
  const all = domains.map(([domain, rolesW]) => ({ domain, rolesR: 'read-all', rolesW }));
  const { externalEpgs, redirectPolicies } = rightsOf(all);
  return [externalEpgs, redirectPolicies];
}

describe('the rights of a user of the fabric', () => {
  it('follow from the roles that a fabric comes with', () => {
    assert.deepEqual(rights(['all', 'admin']), ['yes', 'yes']);
    assert.deepEqual(rights(['all', 'tenant-ext-admin']), ['yes', 'no']);
    assert.deepEqual(rights(['all', 'nw-svc-admin']), ['no', 'yes']);
    assert.deepEqual(rights(['all', 'tenant-ext-admin,nw-svc-admin']), ['yes', 'yes']);
    assert.deepEqual(rights(['shop', 'tenant-ext-admin'], ['bank', 'nw-svc-admin']), ['yes', 'yes']);
    assert.deepEqual(rights(['all', 'ops']), ['no', 'no']);
    assert.deepEqual(rights(['all', '']), ['no', 'no']);
    assert.deepEqual(rights(), ['no', 'no']);
  });

  it('are not known from roles that people made', () => {
    assert.deepEqual(rights(['all', 'kube-sync']), ['unknown', 'unknown']);
    assert.deepEqual(rights(['all', 'kube-sync tenant-ext-admin']), ['yes', 'unknown']);
  });
});
