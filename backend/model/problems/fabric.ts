/** Of a fabric as a whole, and of what lies on it. */
import type { Row } from './row.ts';

export const fabricProblems = {
  'fabric.unreachable': {
    kind: 'transient',
    status: 502,
    title: 'The APIC does not answer',
    next: 'Check the address and the network to the APIC.',
  },
  'fabric.untrusted': {
    kind: 'terminal',
    status: 502,
    title: "The APIC's certificate is not trusted",
    next: 'Give the CA that signed it, or pin the certificate after comparing its fingerprint.',
  },
  'fabric.unauthorized': {
    kind: 'terminal',
    status: 502,
    title: 'The APIC refuses the login',
    next: 'Check user, password and login domain; too many attempts may lock the user.',
  },
  'fabric.forbidden': {
    kind: 'terminal',
    status: 502,
    title: 'Our APIC user may not do this',
    next: 'Give it the write privilege `tenant-ext-connectivity` (external EPGs) or `nw-svc-policy` (redirect policies) in the security domain of the tenant.',
  },
  'fabric.busy': {
    kind: 'transient',
    status: 503,
    title: 'The APIC is busy or starting',
    next: 'It is tried again by itself.',
  },
  'fabric.incomplete': {
    kind: 'transient',
    status: 502,
    title: 'The APIC sent half an answer',
    next: 'It is read again by itself. Nothing is written meanwhile.',
  },
  'fabric.refused': {
    kind: 'terminal',
    status: 422,
    title: 'The APIC refuses this change',
    next: "Read the APIC's own text and correct the mapping or the object.",
  },
  'fabric.unknown-outcome': {
    kind: 'transient',
    status: 502,
    title: 'A write got no clear answer',
    next: 'The fabric is read again before anything else is written.',
  },
  'fabric.identity': {
    kind: 'unsafe',
    status: 409,
    title: 'Another fabric answers at this address',
    next: 'If the fabric was replaced on purpose, confirm what answers now: `approve FABRIC IDENTITY`.',
  },
  'fabric.sentinel': {
    kind: 'terminal',
    status: 409,
    title: 'A tenant, VRF, L3Out or EPG of the mapping is not there',
    next: 'Create it, correct the mapping, or give our user the right to see it.',
  },
  'fabric.fault': {
    kind: 'terminal',
    status: 409,
    title: 'The fabric raised a fault on what was written',
    next: "Read the fault's description. F0467: the prefix is in use in another EPG of the VRF. A relation that failed to form: what the mapping names is not there.",
  },
  'redirect.mac-missing': {
    kind: 'terminal',
    status: 409,
    title: 'A redirect destination needs a MAC address, and none is known',
    next: 'Give its MAC address in the mapping, or, from release 5.2 on, name an IP SLA policy by which the leaves find it.',
  },
  'redirect.ip-sla-missing': {
    kind: 'terminal',
    status: 409,
    title: 'The IP SLA policy that the mapping names is not there',
    next: 'Correct `ipSla` in the mapping, create the policy in the tenant, or give our user the right to see it. Until then the redirect policy keeps the one that it names.',
  },
} as const satisfies Record<string, Row>;
