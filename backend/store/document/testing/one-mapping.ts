/**
 * A document with one cluster, one fabric and a load balancer of each kind, and the one mapping that a test is about.
 */
import { describeFault } from '../fault.ts';
import { parseDocument } from '../parse-document.ts';

const head = `
version: 1
instance: 7f3a
clusters:
  - name: prod-a
    server: https://127.0.0.1:6443
    ca: file:ca.pem
    credentials: { token: "env:TOKEN" }
    ranges: { pods: [10.244.0.0/16] }
fabrics:
  - name: dc1
    controllers: [https://127.0.0.1:8443]
    ca: file:ca.pem
    credentials: { username: admin, password: "env:PASSWORD" }
loadBalancers:
  - kind: bigip
    name: f5
    address: https://127.0.0.1:9443
    ca: file:ca.pem
    credentials: { username: admin, password: "env:PASSWORD" }
  - kind: haproxy
    name: edge
    socket: unix:/run/haproxy/admin.sock
mappings:
`;
export const service = '{ kind: service, clusters: [prod-a] }';
export const learned = '{ kind: aciEpg, epgs: [t/app/clones] }';
export const node = '{ kind: node, clusters: [prod-a] }';
export const workload = '{ kind: workload, clusters: [prod-a] }';

export function document(from: string, to: string): string {
  return `${head}  - { name: m, from: ${from}, to: ${to} }\n`;
}

export function faults(from: string, to: string): string[] {
  const result = parseDocument(document(from, to));
  return 'faults' in result ? result.faults.map(describeFault) : [];
}
