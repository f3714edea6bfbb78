/** Redirect policies (PBR): destinations, the health groups and probes that watch them, and what stands in for them. */
import {
  bool,
  dnRef,
  mac,
  number,
  oneOf,
  prefix,
  text,
  type ClassDef,
  type RelationDef,
} from '../class-def.ts';
import { descr, named, nameAlias, optionalName, owner, policyProps, relationProps } from './shared.ts';

const vnsSvcCont: ClassDef = {
  label: 'Service Container',
  rn: 'svcCont',
  parents: ['fvTenant'],
  creatable: 'derived',
  props: policyProps,
};

const percent = number(0, 100, { def: '0' });

const vnsSvcRedirectPol: ClassDef = {
  label: 'Service Redirect Policy',
  rn: 'svcRedirectPol-{name}',
  parents: ['vnsSvcCont'],
  props: {
    ...policyProps,
    ...owner,
    descr,
    nameAlias,
    name: named(),
    AnycastEnabled: bool('no'),
    destType: oneOf(['L1', 'L2', 'L3'], 'L3'),
    hashingAlgorithm: oneOf(['dip', 'sip', 'sip-dip-prototype'], 'sip-dip-prototype'),
    maxThresholdPercent: percent,
    minThresholdPercent: percent,
    programLocalPodOnly: bool('no'),
    resilientHashEnabled: bool('no'),
    srcMacRewriteEnabled: bool('no'),
    thresholdDownAction: oneOf(['bypass', 'deny', 'permit'], 'permit'),
    thresholdEnable: bool('no'),
  },
};

const vnsBackupPol: ClassDef = {
  label: 'PBR Backup Policy',
  rn: 'backupPol-{name}',
  parents: ['vnsSvcCont'],
  props: { ...policyProps, ...owner, descr, nameAlias, name: named() },
};

const destinationParents = ['vnsSvcRedirectPol', 'vnsBackupPol'];
const destinationProps = {
  ...policyProps,
  descr,
  nameAlias,
  name: optionalName,
  mac: mac(),
  podId: number(1, 255, { def: '1' }),
  weight: number(1, 10, { def: '1' }),
};

const vnsRedirectDest: ClassDef = {
  label: 'Destination of redirected traffic',
  rn: 'RedirectDest_ip-[{ip}]',
  parents: destinationParents,
  props: {
    ...destinationProps,
    destName: text({ max: 512 }),
    ip: prefix(),
    ip2: { ...prefix(), def: '0.0.0.0' },
  },
};

const vnsL1L2RedirectDest: ClassDef = {
  label: 'Destination of L1/L2 redirected traffic',
  rn: 'L1L2RedirectDest-{destName}',
  parents: destinationParents,
  props: { ...destinationProps, destName: text({ min: 1, max: 512 }) },
};

const vnsRedirectHealthGroup: ClassDef = {
  label: 'L4-L7 Redirect Health Group',
  rn: 'redirectHealthGroup-{name}',
  parents: ['vnsSvcCont'],
  props: { ...policyProps, ...owner, descr, nameAlias, name: named() },
};

/** One target, named by its DN; the RN says nothing of it, so that another target is a change, not another object. */
const relationTo = (
  target: string,
  fault: string,
  at: { label: string; rn: string; parent: string },
): ClassDef => {
  const relation: RelationDef = { to: [target], property: 'tDn', fault };
  const props = { ...relationProps(target, 'mo'), tDn: dnRef() };
  return { label: at.label, rn: at.rn, parents: [at.parent], relation, props };
};

const healthGroupLabel = 'L4-L7 Redirect Health Group';
const vnsRsRedirectHealthGroup = relationTo('vnsRedirectHealthGroup', 'F2830', {
  label: healthGroupLabel,
  rn: 'rsRedirectHealthGroup',
  parent: 'vnsRedirectDest',
});
const vnsRsL1L2RedirectHealthGroup = relationTo('vnsRedirectHealthGroup', 'F3117', {
  label: healthGroupLabel,
  rn: 'rsL1L2RedirectHealthGroup',
  parent: 'vnsL1L2RedirectDest',
});
/** Devices are not modelled: the relation is kept as it was written, and never formed. */
const vnsRsToCIf: ClassDef = {
  label: 'Concrete Interface',
  rn: 'rstoCIf',
  parents: ['vnsL1L2RedirectDest'],
  props: { ...relationProps('vnsCIf', 'mo'), tDn: dnRef() },
};
const vnsRsIPSLAMonitoringPol = relationTo('fvIPSLAMonitoringPol', 'F2831', {
  label: 'IP SLA Monitoring Policy',
  rn: 'rsIPSLAMonitoringPol',
  parent: 'vnsSvcRedirectPol',
});
const vnsRsBackupPol = relationTo('vnsBackupPol', 'F3572', {
  label: 'PBR Backup Policy',
  rn: 'rsBackupPol',
  parent: 'vnsSvcRedirectPol',
});

const octet = number(0, 255, { def: '0' });
const weekMs = 604_800_000;

const fvIPSLAMonitoringPol: ClassDef = {
  label: 'IP SLA Monitoring Policy',
  rn: 'ipslaMonitoringPol-{name}',
  parents: ['fvTenant'],
  props: {
    ...policyProps,
    ...owner,
    descr,
    nameAlias,
    name: named(),
    httpMethod: oneOf(['get'], 'get'),
    httpUri: text({ max: 512 }),
    httpVersion: oneOf(['HTTP10', 'HTTP11'], 'HTTP10'),
    ipv4Tos: octet,
    ipv6TrfClass: octet,
    reqDataSize: number(0, 17_512, { def: '28' }),
    slaDetectMultiplier: number(1, 100, { def: '3' }),
    slaFrequency: number(1, 300, { def: '60' }),
    slaPort: number(0, 65_535, { def: '0' }),
    slaType: oneOf(['http', 'icmp', 'l2ping', 'tcp'], 'icmp'),
    threshold: number(0, weekMs, { def: '900' }),
    timeout: number(0, weekMs, { def: '900' }),
  },
};

export const redirectClasses = {
  vnsSvcCont,
  vnsSvcRedirectPol,
  vnsBackupPol,
  vnsRedirectDest,
  vnsL1L2RedirectDest,
  vnsRedirectHealthGroup,
  vnsRsRedirectHealthGroup,
  vnsRsL1L2RedirectHealthGroup,
  vnsRsToCIf,
  vnsRsIPSLAMonitoringPol,
  vnsRsBackupPol,
  fvIPSLAMonitoringPol,
};
