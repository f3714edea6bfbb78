/** Of mappings, and of single addresses and target objects. */
import type { Row } from './row.ts';

export const mappingProblems = {
  'mapping.empty': {
    kind: 'terminal',
    status: 409,
    title: 'The mapping selects nothing',
    next: 'Compare its namespaces, kinds and labels, or its EPGs, with what is there now.',
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
    next: 'Add a placeholder to the name, select fewer with `labels`, or put them together with `groupBy`.',
  },
  'object.foreign': {
    kind: 'terminal',
    status: 409,
    title: 'An object of this name exists and is not ours',
    next: 'Rename one of the two, or set `create: false` to keep only what is ours in it.',
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
    title: 'Nothing may talk to this external EPG, so it is not filled',
    next: 'Give it a contract, or set `allowIsolated: true`.',
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
    next: 'Approve its removal, or restore the mapping. Where the mapping has another name now, approve what waits under that: it takes over what it still wants.',
  },
  'object.fought-over': {
    kind: 'terminal',
    status: 409,
    title: 'Someone keeps changing it back',
    next: 'Find who, and end it there. Until then it is tried once every ten minutes, and at once when something else is wanted.',
  },
  'plan.changed': {
    kind: 'terminal',
    status: 409,
    title: 'Something else waits now than what was looked at',
    next: 'Look at the plan again, and answer to what it says now.',
  },
  'plan.incomplete': {
    kind: 'unsafe',
    status: 409,
    title: 'A system of the mapping cannot be seen whole now, so nobody has seen its first plan',
    next: 'Wait until it can be read, or take it out of the mapping; then look at the plan again.',
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
} as const satisfies Record<string, Row>;
