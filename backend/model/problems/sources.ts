/** Of clusters, as sources. */
import type { Row } from './row.ts';

export const sourceProblems = {
  'cluster.unreachable': {
    kind: 'transient',
    status: 502,
    title: 'The cluster does not answer',
    next: 'Check the address, the network and the API server. Nothing is removed meanwhile.',
  },
  'cluster.untrusted': {
    kind: 'terminal',
    status: 502,
    title: "The cluster's certificate is not trusted",
    next: 'Give the CA that signed it, or pin the certificate after comparing its fingerprint.',
  },
  'cluster.unauthorized': {
    kind: 'terminal',
    status: 502,
    title: 'The cluster refuses our credentials',
    next: 'Renew the token; it may have expired.',
  },
  'cluster.forbidden': {
    kind: 'terminal',
    status: 502,
    title: 'Our user may not read this kind',
    next: 'Apply the role that `rbac` prints, to the user of this token.',
  },
  'cluster.error': {
    kind: 'transient',
    status: 502,
    title: 'The cluster answers with an error',
    next: "Look at the API server's own log. Nothing is removed meanwhile.",
  },
  'cluster.silent': {
    kind: 'transient',
    status: 502,
    title: 'The watch has gone silent',
    next: 'It is opened again by itself. Nothing is removed meanwhile.',
  },
  'cluster.incomplete': {
    kind: 'transient',
    status: 502,
    title: 'The cluster sent half a list',
    next: 'It is read again by itself. Nothing is removed meanwhile.',
  },
  'cluster.identity': {
    kind: 'unsafe',
    status: 409,
    title: 'Another cluster answers at this address',
    next: 'If the cluster was rebuilt on purpose, confirm its new identity: `approve CLUSTER IDENTITY`.',
  },
  'cluster.rewound': {
    kind: 'unsafe',
    status: 409,
    title: 'The cluster went back in time',
    next: 'It may have been restored from a backup. Confirm with `approve` when its state is right.',
  },
} as const satisfies Record<string, Row>;
