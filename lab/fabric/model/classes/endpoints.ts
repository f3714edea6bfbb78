/** Endpoint security groups, and the endpoints that leaves learned. What was learned is the fabric's own to write. */
import { bool, oneOf, readOnly, text, type ClassDef } from '../class-def.ts';
import {
  descr,
  enabledOrNot,
  matchT,
  named,
  nameAlias,
  optionalName,
  owner,
  policyProps,
  prio,
  relationProps,
  strictNameRe,
  systemProps,
} from './shared.ts';

const fvESg: ClassDef = {
  label: 'Endpoint Security Group',
  rn: 'esg-{name}',
  parents: ['fvAp'],
  implicit: ['fvRsScope'],
  props: {
    ...policyProps,
    descr,
    nameAlias,
    name: named(),
    configIssues: readOnly(),
    configSt: readOnly('not-applied'),
    exceptionTag: text({ max: 512 }),
    floodOnEncap: enabledOrNot('disabled'),
    isSharedSrvMsiteEPg: readOnly('no'),
    matchT,
    pcEnfPref: oneOf(['enforced', 'unenforced'], 'unenforced'),
    pcTag: readOnly('any'),
    pcTagAllocSrc: readOnly('idmanager'),
    prefGrMemb: oneOf(['exclude', 'include'], 'exclude'),
    prio,
    scope: readOnly('0'),
    shutdown: bool('no'),
    triggerSt: readOnly('not_triggerable'),
    txId: readOnly('0'),
  },
};

const fvRsScope: ClassDef = {
  label: 'Private Network',
  rn: 'rsscope',
  parents: ['fvESg'],
  creatable: 'derived',
  relation: { to: ['fvCtx'], property: 'tnFvCtxName', named: 'ctx-{}', fault: 'F3702' },
  props: { ...relationProps('fvCtx', 'name'), tnFvCtxName: text({ max: 64, re: strictNameRe }) },
};

const fvEPgSelector: ClassDef = {
  label: 'Endpoint Security Group EPg Selector',
  rn: 'epgselector-[{matchEpgDn}]',
  parents: ['fvESg'],
  props: { ...policyProps, ...owner, descr, nameAlias, name: optionalName, matchEpgDn: text({ min: 1 }) },
};

const fvEPSelector: ClassDef = {
  label: 'Endpoint Security Group EP (IP) Selector',
  rn: 'epselector-[{matchExpression}]',
  parents: ['fvESg'],
  props: {
    ...policyProps,
    ...owner,
    descr,
    nameAlias,
    name: optionalName,
    matchExpression: text({ min: 1, max: 512 }),
  },
};

const fvTagSelector: ClassDef = {
  label: 'Endpoint Security Group Tag Selector',
  rn: 'tagselectorkey-[{matchKey}]-value-[{matchValue}]',
  parents: ['fvESg'],
  props: {
    ...policyProps,
    ...owner,
    descr,
    nameAlias,
    name: optionalName,
    matchKey: named(),
    matchValue: text({ min: 1, max: 128 }),
    valueOperator: oneOf(['contains', 'equals', 'regex'], 'equals'),
  },
};

const endpointProps = {
  ...policyProps,
  baseEpgDn: readOnly(),
  bdDn: readOnly(),
  encap: readOnly(),
  esgUsegDn: readOnly(),
  fabricPathDn: readOnly(),
  vrfDn: readOnly(),
};

const fvCEp: ClassDef = {
  label: 'Client End Point',
  rn: 'cep-{name}',
  parents: ['fvAEPg', 'fvESg', 'fvCtx'],
  creatable: 'never',
  props: {
    ...endpointProps,
    contName: readOnly(),
    hostingServer: readOnly(),
    id: readOnly('0'),
    idepdn: readOnly(),
    lcC: readOnly('learned'),
    mac: readOnly(),
    mcastAddr: readOnly('not-applicable'),
    name: readOnly(),
    nameAlias: readOnly(),
    reportingControllerName: readOnly(),
    uuid: readOnly(),
    vmmSrc: readOnly(),
  },
};

const fvIp: ClassDef = {
  label: 'Endpoint IP Address',
  rn: 'ip-[{addr}]',
  parents: ['fvCEp'],
  creatable: 'never',
  props: {
    ...endpointProps,
    addr: readOnly(),
    createTs: readOnly(),
    debugMACMessage: readOnly(),
    flags: readOnly(),
  },
};

const fvReportingNode: ClassDef = {
  label: 'Reporting Node',
  rn: 'node-{id}',
  parents: ['fvIp'],
  creatable: 'never',
  props: {
    ...systemProps,
    createTs: readOnly('1970-01-01T00:00:00.000+00:00'),
    id: readOnly(),
    lcC: readOnly(),
  },
};

export const endpointClasses = {
  fvESg,
  fvRsScope,
  fvEPgSelector,
  fvEPSelector,
  fvTagSelector,
  fvCEp,
  fvIp,
  fvReportingNode,
};
