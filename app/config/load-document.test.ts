import assert from 'node:assert/strict';
import { ProblemError, problemOf } from '../../backend/model/problems.ts';
import { parseDocument } from '../../backend/store/document/parse-document.ts';
import { checkSecrets } from './load-document.ts';
import type { Secrets } from './secrets.ts';

const written = `
version: 1
instance: test
clusters:
  - { name: a, server: https://a.example, pin: file:a-pin, credentials: { token: file:a-token }, ranges: { pods: [10.0.0.0/16] } }
  - name: b
    server: https://b.example
    ca: env:B_CA
    credentials: { clientCertificate: file:b-cert, clientKey: file:b-key }
    ranges: { pods: [10.1.0.0/16] }
fabrics:
  - { name: dc1, controllers: [https://apic.example], ca: file:apic-ca, credentials: { username: sync, password: env:APIC } }
loadBalancers:
  - { name: f5, kind: bigip, address: https://f5.example, pin: file:f5-pin, credentials: { username: sync, password: file:f5 } }
`;

const nothing: Secrets = {
  read(reference) {
    throw new ProblemError('config.secret', reference);
  },
};

describe('secrets of a document', () => {
  it('are looked at wherever a reference may stand, and named by their place', () => {
    const result = parseDocument(written);
    assert.ok('document' in result, JSON.stringify(result));
    const read: string[] = [];
    const { document } = result;

    checkSecrets(document, { read: (reference) => (read.push(reference), 'text') });
    const fault = (): void =>
      checkSecrets(document, {
        read: (reference) => (reference === 'file:b-key' ? nothing.read(reference) : 'text'),
      });

    const places = ['a-pin', 'a-token', 'b-cert', 'b-key', 'apic-ca', 'f5-pin', 'f5'].map(
      (name) => `file:${name}`,
    );
    assert.deepEqual(read.sort(), [...places, 'env:APIC', 'env:B_CA'].sort());
    assert.throws(fault, (thrown) => /clusters\[1\]\.credentials\.clientKey/.test(problemOf(thrown).detail));
  });
});
