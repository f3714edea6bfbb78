/** Tenants, VRFs, bridge domains, application profiles and EPGs. */
import { bool, dnRef, flags, mac, number, oneOf, readOnly, text, type ClassDef } from '../class-def.ts';
import {
  descr,
  enabledOrNot,
  matchT,
  named,
  nameAlias,
  owner,
  policyProps,
  prio,
  relationProps,
  strictNameRe,
} from './shared.ts';

const polUni: ClassDef = {
  label: 'Policy Universe',
  rn: 'uni',
  parents: [],
  creatable: 'never',
  props: {
    childAction: readOnly(),
    lcOwn: readOnly('local'),
    modTs: readOnly('never'),
    name: readOnly(),
    status: readOnly(),
    uid: readOnly('0'),
  },
};

const fvTenant: ClassDef = {
  label: 'Tenant',
  rn: 'tn-{name}',
  parents: ['polUni'],
  implicit: ['fvEpTags', 'fvRsTenantMonPol', 'vnsSvcCont'],
  props: { ...policyProps, ...owner, descr, nameAlias, name: named(63, strictNameRe) },
};

const fvEpTags: ClassDef = {
  label: 'Endpoint Tags',
  rn: 'eptags',
  parents: ['fvTenant'],
  creatable: 'derived',
  props: { ...policyProps, descr, nameAlias },
};

const fvRsTenantMonPol: ClassDef = {
  label: 'Monitoring Policy',
  rn: 'rsTenantMonPol',
  parents: ['fvTenant'],
  creatable: 'derived',
  props: { ...relationProps('monEPGPol', 'name'), tnMonEPGPolName: text({ max: 64 }) },
};

const fvCtx: ClassDef = {
  label: 'VRF',
  rn: 'ctx-{name}',
  parents: ['fvTenant'],
  implicit: ['vzAny'],
  props: {
    ...policyProps,
    ...owner,
    descr,
    nameAlias,
    name: named(64, strictNameRe),
    bdEnforcedEnable: bool('no'),
    ipDataPlaneLearning: enabledOrNot('enabled'),
    knwMcastAct: oneOf(['deny', 'permit'], 'permit'),
    pcEnfDir: oneOf(['egress', 'ingress', 'mixed'], 'ingress'),
    pcEnfDirUpdated: readOnly('no'),
    pcEnfPref: oneOf(['enforced', 'unenforced'], 'enforced'),
    pcTag: readOnly('any'),
    scope: readOnly('0'),
    seg: readOnly('0'),
    vrfId: readOnly('0'),
    vrfIndex: readOnly('0'),
  },
};

const fvAp: ClassDef = {
  label: 'Application Profile',
  rn: 'ap-{name}',
  parents: ['fvTenant'],
  props: { ...policyProps, ...owner, descr, nameAlias, name: named(), prio },
};

const monitoringPolicy = (rn: string, parent: string): ClassDef => ({
  label: 'Monitoring Policy',
  rn,
  parents: [parent],
  props: { ...relationProps('monEPGPol', 'name'), tnMonEPGPolName: text({ max: 64 }) },
});

const fvAEPg: ClassDef = {
  label: 'Application EPG',
  rn: 'epg-{name}',
  parents: ['fvAp'],
  implicit: ['fvRsBd', 'fvRsCustQosPol'],
  props: {
    ...policyProps,
    descr,
    nameAlias,
    name: named(),
    configIssues: readOnly(),
    configSt: readOnly('not-applied'),
    exceptionTag: text({ max: 512 }),
    floodOnEncap: enabledOrNot('disabled'),
    fwdCtrl: flags(['proxy-arp']),
    hasMcastSource: bool('no'),
    isAttrBasedEPg: bool('no'),
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

const fvRsBd: ClassDef = {
  label: 'Bridge Domain',
  rn: 'rsbd',
  parents: ['fvAEPg'],
  creatable: 'derived',
  relation: { to: ['fvBD'], property: 'tnFvBDName', named: 'BD-{}', fault: 'F0952' },
  props: { ...relationProps('fvBD', 'name'), tnFvBDName: text({ max: 64 }) },
};

const fvRsCustQosPol: ClassDef = {
  label: 'Custom QOS Policy',
  rn: 'rscustQosPol',
  parents: ['fvAEPg', 'l3extInstP'],
  creatable: 'derived',
  props: { ...relationProps('qosCustomPol', 'name'), tnQosCustomPolName: text({ max: 64 }) },
};

const fvBD: ClassDef = {
  label: 'Bridge Domain',
  rn: 'BD-{name}',
  parents: ['fvTenant'],
  implicit: ['fvRsCtx'],
  props: {
    ...policyProps,
    ...owner,
    descr,
    nameAlias,
    name: named(),
    arpFlood: bool('no'),
    bcastP: readOnly('225.0.0.1'),
    configIssues: readOnly(),
    ipLearning: bool('yes'),
    limitIpLearnToSubnets: bool('yes'),
    mac: mac('00:22:BD:F8:19:FF'),
    mtu: readOnly('inherit'),
    pcTag: readOnly('any'),
    scope: readOnly('0'),
    seg: readOnly('0'),
    type: oneOf(['regular', 'fc'], 'regular'),
    unicastRoute: bool('yes'),
    unkMacUcastAct: oneOf(['flood', 'proxy'], 'proxy'),
    vmac: text({ def: 'not-applicable' }),
    unkMcastFlood: number(0, 0, { def: 'flood', names: ['flood', 'opt-flood'] }),
  },
};

const fvRsCtx: ClassDef = {
  label: 'Private Network',
  rn: 'rsctx',
  parents: ['fvBD'],
  creatable: 'derived',
  relation: { to: ['fvCtx'], property: 'tnFvCtxName', named: 'ctx-{}', fault: 'F0952' },
  props: { ...relationProps('fvCtx', 'name'), tnFvCtxName: text({ max: 64, re: strictNameRe }) },
};

const fvRsSecInherited: ClassDef = {
  label: 'Security inheritance',
  rn: 'rssecInherited-[{tDn}]',
  parents: ['fvAEPg', 'fvESg', 'l3extInstP'],
  relation: { to: ['l3extInstP', 'fvAEPg', 'fvESg'], property: 'tDn', fault: 'F2698' },
  props: { ...relationProps('fvEPg', 'mo'), tDn: dnRef() },
};

export const tenantClasses = {
  polUni,
  fvTenant,
  fvEpTags,
  fvRsTenantMonPol,
  fvCtx,
  fvAp,
  fvAEPg,
  fvRsApMonPol: monitoringPolicy('rsApMonPol', 'fvAp'),
  fvRsAEPgMonPol: monitoringPolicy('rsAEPgMonPol', 'fvAEPg'),
  fvRsBd,
  fvRsCustQosPol,
  fvBD,
  fvRsCtx,
  fvRsSecInherited,
};
