import assert from 'node:assert/strict';
import type { ObjectPath } from '../../model/identity.ts';
import { collectionPath, objectUrl } from './kinds.ts';

describe('kinds', () => {
  it('are listed where the API serves them', () => {
    assert.equal(collectionPath('Pod'), '/api/v1/pods');
    assert.equal(collectionPath('Deployment'), '/apis/apps/v1/deployments');
    assert.equal(collectionPath('EndpointSlice'), '/apis/discovery.k8s.io/v1/endpointslices');
  });

  it('are read one by one, with and without a namespace', () => {
    assert.equal(objectUrl('Pod', 'shop/web-1' as ObjectPath), '/api/v1/namespaces/shop/pods/web-1');
    assert.equal(objectUrl('Node', 'node-1' as ObjectPath), '/api/v1/nodes/node-1');
    assert.equal(
      objectUrl('CronJob', 'shop/night' as ObjectPath),
      '/apis/batch/v1/namespaces/shop/cronjobs/night',
    );
  });

  it('that are not known have no path, whatever they are called', () => {
    assert.equal(objectUrl('Rollout', 'shop/web' as ObjectPath), undefined);
    assert.equal(objectUrl('constructor', 'shop/web' as ObjectPath), undefined);
  });
});
