/**
 * The one table of everything that can go wrong: code, who must act, HTTP status, title, next step.
 * API, CLI, UI, logs and docs take their texts from here.
 *
 * kind: `transient` we retry; `terminal` an edit is needed, here or on the far side; `unsafe` a person decides;
 * `bug` ours.
 */
export type ProblemKind = 'transient' | 'terminal' | 'unsafe' | 'bug';

interface Row {
  readonly kind: ProblemKind;
  readonly status: number;
  readonly title: string;
  readonly next: string;
}

const table = {
  // The document
  'config.unreadable': {
    kind: 'terminal',
    status: 400,
    title: 'The configuration cannot be read',
    next: 'Check that the file exists, may be read, and is YAML.',
  },
  'config.invalid': {
    kind: 'terminal',
    status: 422,
    title: 'The configuration has faults',
    next: 'Correct each line and run `validate` again; nothing was applied.',
  },
  'config.secret': {
    kind: 'terminal',
    status: 422,
    title: 'A secret cannot be read',
    next: 'Check the file or variable that the reference names, and its permissions.',
  },
  // Sources
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
    next: 'If the cluster was rebuilt on purpose, confirm its new identity with `approve`.',
  },
  'cluster.rewound': {
    kind: 'unsafe',
    status: 409,
    title: 'The cluster went back in time',
    next: 'It may have been restored from a backup. Confirm with `approve` when its state is right.',
  },
  // The fabric
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
    next: 'Give it the role and security domain that `apic-role` prints.',
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
    next: 'Confirm with `approve` if the fabric was replaced on purpose.',
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
    next: "Read the fault's description; F0467 means the prefix is in use in another EPG of the VRF.",
  },
  // Load balancers, and pools on them
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
    next: 'Give our user the right; on HAProxy, give the socket `level admin` in its `stats socket` line.',
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
    next: 'Confirm with `approve` if it was replaced on purpose. A HAProxy in a container needs a fixed `node` in its global section.',
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
    next: "Read the load balancer's own text and correct the mapping or the pool.",
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
    next: 'Move that node to /Common, where pools of every partition may use it, or remove it.',
  },
  'pool.connections-not-cut': {
    kind: 'terminal',
    status: 409,
    title: 'Connections through a removed member are not cut',
    next: 'The member is forced offline before it is removed; connections that are left end by themselves, or by `tmsh delete sys connection`.',
  },
  // Mappings and keys
  'mapping.empty': {
    kind: 'terminal',
    status: 409,
    title: 'The mapping selects nothing',
    next: 'Compare its clusters, namespaces, kinds and labels with what is there.',
  },
  'address.out-of-range': {
    kind: 'terminal',
    status: 409,
    title: "An address outside the cluster's ranges was refused",
    next: "Add the range to the cluster's `ranges`, if the address is right.",
  },
  'port.not-found': {
    kind: 'terminal',
    status: 409,
    title: 'It has no such port',
    next: "Name a port that the Service or its pods have, in the mapping's `port`.",
  },
  'address.none': {
    kind: 'transient',
    status: 409,
    title: 'It has no address yet',
    next: 'Nothing to do: it is added when it gets one.',
  },
  'address.hostname-only': {
    kind: 'terminal',
    status: 409,
    title: 'The Service has only a host name',
    next: 'A fabric classifies addresses: give the Service an address, or leave it out of the mapping.',
  },
  'address.two-claims': {
    kind: 'terminal',
    status: 409,
    title: 'The same address is claimed twice',
    next: 'See which workloads claim it; the present holder keeps it until one claim ends.',
  },
  'address.in-use': {
    kind: 'terminal',
    status: 409,
    title: 'The address is in another external EPG of the VRF',
    next: 'Remove it there, or leave it out here: the leaf would refuse the second one.',
  },
  'conflict.not-checked': {
    kind: 'terminal',
    status: 409,
    title: 'Conflicts could not be checked fully',
    next: 'Give our user the right to read all L3Outs of the VRF.',
  },
  'name.cut': {
    kind: 'terminal',
    status: 409,
    title: 'The name was made valid for ACI',
    next: 'Nothing to do, or choose a shorter template.',
  },
  'name.collision': {
    kind: 'terminal',
    status: 409,
    title: 'Two groups render the same name',
    next: 'Add a placeholder to the name, or group them on purpose.',
  },
  'object.foreign': {
    kind: 'terminal',
    status: 409,
    title: 'An object of this name exists and is not ours',
    next: 'Rename one of the two, or set `create: false` to keep only our subnets in it.',
  },
  'object.missing': {
    kind: 'terminal',
    status: 409,
    title: 'The object does not exist, and the mapping may not create it',
    next: 'Create it, or set `create: true`.',
  },
  'object.isolated': {
    kind: 'unsafe',
    status: 409,
    title: 'Nothing may talk to this EEPG, so it is not filled',
    next: 'Give it a contract, or set `allowIsolated: true`.',
  },
  'redirect.mac-missing': {
    kind: 'terminal',
    status: 409,
    title: 'A redirect destination needs a MAC address, and none is known',
    next: 'Give its MAC address in the mapping, or, from release 5.2 on, name an IP SLA policy by which the leaves find it.',
  },
  'mark.lost': {
    kind: 'terminal',
    status: 409,
    title: 'Our mark was overwritten',
    next: 'It is left alone. Remove the object, or restore its annotation.',
  },
  'mark.other-instance': {
    kind: 'terminal',
    status: 409,
    title: 'Another installation of this product marked it',
    next: 'It is left alone. Let one installation have it, or give both the same instance id on purpose.',
  },
  'object.in-use': {
    kind: 'terminal',
    status: 409,
    title: 'It is empty of ours, and something else is in it or refers to it',
    next: 'It is kept. Remove what is in it, or delete it by hand.',
  },
  'object.orphan': {
    kind: 'unsafe',
    status: 409,
    title: 'It is ours, and its mapping is no longer in the document',
    next: 'Approve its removal, or restore the mapping.',
  },
  'object.fought-over': {
    kind: 'terminal',
    status: 409,
    title: 'Someone keeps changing it back',
    next: 'Find who; it is left alone until the next edit of the mapping.',
  },
  'removal.held': {
    kind: 'unsafe',
    status: 409,
    title: 'A removal waits for a person',
    next: 'Look at the plan and `approve` it if it is right.',
  },
  'write.paused': {
    kind: 'unsafe',
    status: 409,
    title: 'Writing is paused',
    next: 'Resume when ready; nothing is lost, the plan is made anew.',
  },
  // Requests to us
  'request.not-found': {
    kind: 'terminal',
    status: 404,
    title: 'There is nothing here',
    next: 'See /api/v1 for what there is.',
  },
  'request.invalid': {
    kind: 'terminal',
    status: 400,
    title: 'The request is not understood',
    next: 'Correct what the detail names.',
  },
  'request.read-only': {
    kind: 'terminal',
    status: 405,
    title: 'HTTP is read-only here',
    next: 'Use the command line until access control is set up.',
  },
  'store.locked': {
    kind: 'terminal',
    status: 409,
    title: 'Another process uses this data directory',
    next: 'Stop it, or give another --data-dir.',
  },
  'store.other-instance': {
    kind: 'terminal',
    status: 409,
    title: 'The data directory belongs to another instance',
    next: 'Give another --data-dir; or, if this document takes its place, stop `serve` there and start it with this one.',
  },
  'store.unwritable': {
    kind: 'terminal',
    status: 500,
    title: 'The data directory cannot be written',
    next: 'Check free space and permissions; nothing is removed from the fabric meanwhile.',
  },
  'store.unreadable': {
    kind: 'terminal',
    status: 500,
    title: 'A file of the data directory is damaged',
    next: 'Restore it from a backup, or move it away: without the ledger every mapping only reports at first.',
  },
  'internal.bug': {
    kind: 'bug',
    status: 500,
    title: 'This is a fault of ours',
    next: 'Report it with the log lines of this run.',
  },
} as const satisfies Record<string, Row>;

export type ProblemCode = keyof typeof table;

/** One thing that went wrong, as a value: shown, logged and compared. */
export interface Problem {
  readonly code: ProblemCode;
  /** What exactly, in plain words: what was found, where, what was expected. Never a secret. */
  readonly detail: string;
}

export const problemTable: Readonly<Record<ProblemCode, Row>> = table;

export function problem(code: ProblemCode, detail: string): Problem {
  return { code, detail };
}

/** A problem as one line for people: title, detail, next step. */
export function describeProblem({ code, detail }: Problem): string {
  const { title, next } = problemTable[code];
  return `${title}: ${detail} → ${next} [${code}]`;
}

/** An error that carries a problem; `cause` is kept. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(code: ProblemCode, detail: string, options?: { cause?: unknown }) {
    super(`${problemTable[code].title}: ${detail}`, options);
    this.name = 'ProblemError';
    this.problem = { code, detail };
  }
}

/** The problem of anything that was thrown; what is not a ProblemError is a bug of ours. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  return problem(
    'internal.bug',
    thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  );
}
