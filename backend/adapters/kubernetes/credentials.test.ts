import assert from 'node:assert/strict';
import { accessMaterial } from './credentials.ts';

describe('credentials', () => {
  it('become a bearer token, without the line end that files have', async () => {
    const { headers, clientCertificate } = await accessMaterial('https://10.1.0.10:6443', {
      token: 'secret\n',
    });

    assert.deepEqual(headers, { Authorization: 'Bearer secret' });
    assert.equal(clientCertificate, undefined);
  });

  it('become a client certificate with its key', async () => {
    const { headers, clientCertificate } = await accessMaterial('https://10.1.0.10:6443', {
      certPem: 'a certificate',
      keyPem: 'a key',
    });

    assert.deepEqual(headers, {});
    assert.deepEqual(clientCertificate, { certPem: 'a certificate', keyPem: 'a key' });
  });

  it('are not sent without TLS', async () => {
    await assert.rejects(accessMaterial('http://10.1.0.10:8080', { token: 'secret' }));
  });
});
