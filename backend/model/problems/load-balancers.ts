/** Of load balancers as a whole, and of pools on them. */
import type { Row } from './row.ts';

export const loadBalancerProblems = {
  'loadBalancer.unreachable': {
    kind: 'transient',
    status: 502,
    title: 'The load balancer does not answer',
    next: 'Check that it runs, its address or socket, and who may use that. What is known of its pools stands.',
  },
  'loadBalancer.forbidden': {
    kind: 'terminal',
    status: 502,
    title: 'We may not do this on the load balancer',
    next: 'On a BIG-IP, give our user the role Manager in the partition; on HAProxy, give the socket `level admin` in its `stats socket` line.',
  },
  'loadBalancer.incomplete': {
    kind: 'transient',
    status: 502,
    title: 'The load balancer sent half an answer',
    next: 'It is read again by itself. Nothing is written meanwhile.',
  },
  'loadBalancer.unknown-outcome': {
    kind: 'transient',
    status: 502,
    title: 'A write to the load balancer got no clear answer',
    next: 'The pool is read again before anything else is written to it.',
  },
  'loadBalancer.identity': {
    kind: 'unsafe',
    status: 409,
    title: 'Another load balancer answers at this address',
    next: 'If it was replaced on purpose, confirm what answers now: `approve NAME IDENTITY`. A HAProxy in a container needs a fixed `node` in its global section.',
  },
  'loadBalancer.untrusted': {
    kind: 'terminal',
    status: 502,
    title: "The load balancer's certificate is not trusted",
    next: 'Give the CA that signed it, or pin the certificate after comparing its fingerprint.',
  },
  'loadBalancer.unauthorized': {
    kind: 'terminal',
    status: 502,
    title: 'The load balancer refuses the login',
    next: 'Check user, password and login provider; too many attempts may lock the user.',
  },
  'loadBalancer.too-many-tokens': {
    kind: 'terminal',
    status: 502,
    title: 'Our user has as many login tokens as the BIG-IP allows',
    next: 'Give us a user of our own, or delete tokens that others left behind; they end by themselves after their life time.',
  },
  'loadBalancer.restarting': {
    kind: 'transient',
    status: 503,
    title: 'The load balancer is starting',
    next: 'It is tried again by itself. Nothing is removed meanwhile.',
  },
  'loadBalancer.busy': {
    kind: 'transient',
    status: 503,
    title: 'The load balancer is busy',
    next: 'It is tried again by itself.',
  },
  'loadBalancer.standby': {
    kind: 'terminal',
    status: 409,
    title: 'This unit of the BIG-IP is not the active one',
    next: 'Give the address of the active unit: what is written here would be overwritten by it.',
  },
  'pool.missing': {
    kind: 'terminal',
    status: 409,
    title: 'The load balancer has no such pool',
    next: "Create it, or correct the name in the mapping. On HAProxy it is a backend, which only HAProxy's own configuration can make.",
  },
  'pool.refused': {
    kind: 'terminal',
    status: 422,
    title: 'The load balancer refuses this change to the pool',
    next: "Read the load balancer's own text and correct the mapping or the pool. A backend of HAProxy needs `balance roundrobin`, `leastconn`, `first` or `random`, or a hash with `hash-type consistent`.",
  },
  'pool.member-busy': {
    kind: 'transient',
    status: 409,
    title: 'A member still has connections and cannot be removed yet',
    next: 'It gets no new traffic. It is tried again by itself; `then: cut` in the mapping ends its connections.',
  },
  'pool.foreign-member': {
    kind: 'terminal',
    status: 409,
    title: 'The pool has members that are not ours',
    next: 'Nothing to do: they are left alone. Remove them by hand if they should not take traffic.',
  },
  'pool.partition-missing': {
    kind: 'terminal',
    status: 409,
    title: 'The partition or folder of the pool is not there',
    next: 'Create it, correct the mapping, or give our user the right to see it.',
  },
  'pool.partition-owned-by-other': {
    kind: 'terminal',
    status: 409,
    title: 'Another product owns the partition of the pool',
    next: 'Use a partition of its own: AS3 would silently undo what we write there.',
  },
  'pool.address-elsewhere': {
    kind: 'terminal',
    status: 409,
    title: 'The address belongs to a node in another partition',
    next: 'Remove that node where nothing uses it any more, make it anew in /Common for pools of every partition, or name its partition in the mapping.',
  },
  'pool.connections-not-cut': {
    kind: 'terminal',
    status: 409,
    title: 'Connections through a removed member are not cut',
    next: 'The member is removed; connections that are left end by themselves, or by `tmsh delete sys connection`.',
  },
} as const satisfies Record<string, Row>;
