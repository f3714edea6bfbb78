/** The words for what can be added. */
import type { SystemCollection, SystemKind } from '../../forms/logic/system-draft.ts';
import { linkTo } from '../../live/location.ts';

interface KindText {
  readonly title: string;
  /** Within a sentence. */
  readonly a: string;
  readonly text: string;
  /** Of its identity, for people. */
  readonly identity: string;
}

export const kindText: Readonly<Record<SystemKind, KindText>> = {
  cluster: {
    title: 'Cluster',
    a: 'a cluster',
    text: 'A Kubernetes cluster, read by its API from outside. Nothing is installed in it and nothing is written to it.',
    identity: 'UID of kube-system',
  },
  fabric: {
    title: 'Fabric (APIC)',
    a: 'a fabric',
    text: 'A Cisco ACI fabric: external EPGs and redirect policies are kept there; what it learns can be a source too.',
    identity: 'identity of the fabric',
  },
  bigip: {
    title: 'F5 BIG-IP',
    a: 'a BIG-IP',
    text: 'Pools and their members, by iControl REST. Virtual servers stay yours.',
    identity: 'identity of the device',
  },
  haproxy: {
    title: 'HAProxy',
    a: 'a HAProxy',
    text: 'Servers of a backend, by the Runtime API. The backend itself stays in its configuration.',
    identity: 'its node name',
  },
};

export function systemLink(collection: SystemCollection, name: string): string {
  return linkTo(`/systems/${collection}/${encodeURIComponent(name)}`);
}
