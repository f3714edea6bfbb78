/** L3Outs, external EPGs and their subnets. */
import { bool, dnRef, flags, oneOf, prefix, readOnly, text, type ClassDef } from '../class-def.ts';
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
  targetDscp,
} from './shared.ts';

const l3extOut: ClassDef = {
  label: 'L3 Outside',
  rn: 'out-{name}',
  parents: ['fvTenant'],
  implicit: ['l3extRsEctx'],
  props: {
    ...policyProps,
    ...owner,
    descr,
    nameAlias,
    name: named(),
    enforceRtctrl: flags(['import', 'export'], 'export'),
    mplsEnabled: bool('no'),
    targetDscp,
  },
};

const l3extRsEctx: ClassDef = {
  label: 'Private Network',
  rn: 'rsectx',
  parents: ['l3extOut'],
  creatable: 'derived',
  relation: { to: ['fvCtx'], property: 'tnFvCtxName', named: 'ctx-{}', fault: 'F1020' },
  props: { ...relationProps('fvCtx', 'name'), tnFvCtxName: text({ max: 64, re: strictNameRe }) },
};

const l3extRsL3DomAtt: ClassDef = {
  label: 'L3 Domain',
  rn: 'rsl3DomAtt',
  parents: ['l3extOut'],
  relation: { to: ['l3extDomP'], property: 'tDn' },
  props: { ...relationProps('extnwDomP', 'mo'), tDn: dnRef() },
};

const l3extDomP: ClassDef = {
  label: 'L3 Domain',
  rn: 'l3dom-{name}',
  parents: ['polUni'],
  props: { ...policyProps, ...owner, nameAlias, name: named(), targetDscp },
};

const routingProtocol = (label: string, rn: string): ClassDef => ({
  label,
  rn,
  parents: ['l3extOut'],
  props: { ...policyProps, descr, nameAlias },
});

const l3extInstP: ClassDef = {
  label: 'External Network Instance Profile',
  rn: 'instP-{name}',
  parents: ['l3extOut'],
  implicit: ['fvRsCustQosPol'],
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
    mcast: readOnly('no'),
    pcEnfPref: oneOf(['enforced', 'unenforced'], 'unenforced'),
    pcTag: readOnly('any'),
    pcTagAllocSrc: readOnly('idmanager'),
    prefGrMemb: oneOf(['exclude', 'include'], 'exclude'),
    prio,
    scope: readOnly('0'),
    targetDscp,
    triggerSt: readOnly('not_triggerable'),
    txId: readOnly('0'),
  },
};

const l3extSubnet: ClassDef = {
  label: 'Subnet',
  rn: 'extsubnet-[{ip}]',
  parents: ['l3extInstP'],
  props: {
    ...policyProps,
    descr,
    nameAlias,
    name: optionalName,
    ip: prefix(),
    aggregate: flags(['import-rtctrl', 'export-rtctrl', 'shared-rtctrl']),
    scope: flags(
      ['import-rtctrl', 'export-rtctrl', 'import-security', 'shared-security', 'shared-rtctrl'],
      'import-security',
    ),
  },
};

export const l3outClasses = {
  l3extOut,
  l3extRsEctx,
  l3extRsL3DomAtt,
  l3extDomP,
  l3extInstP,
  l3extSubnet,
  bgpExtP: routingProtocol('BGP External Policy', 'bgpExtP'),
  ospfExtP: routingProtocol('OSPF External Policy', 'ospfExtP'),
  pimExtP: routingProtocol('PIM External Policy', 'pimextp'),
  eigrpExtP: routingProtocol('EIGRP External Policy', 'eigrpExtP'),
};
