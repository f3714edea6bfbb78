/** Contracts, their subjects, and the relations by which EPGs and whole VRFs provide and consume them. */
import { oneOf, readOnly, text, type ClassDef } from '../class-def.ts';
import {
  descr,
  matchT,
  nameAlias,
  named,
  nameRe,
  owner,
  policyProps,
  prio,
  relationProps,
  targetDscp,
} from './shared.ts';

const epgs = ['fvAEPg', 'fvESg', 'l3extInstP'];
const intent = oneOf(['estimate_add', 'estimate_delete', 'install'], 'install');
const contractName = text({ min: 1, max: 64, re: nameRe });

const vzBrCP: ClassDef = {
  label: 'Contract',
  rn: 'brc-{name}',
  parents: ['fvTenant'],
  props: {
    ...policyProps,
    ...owner,
    descr,
    nameAlias,
    name: named(),
    configIssues: readOnly(),
    intent,
    prio,
    reevaluateAll: readOnly('no'),
    scope: oneOf(['application-profile', 'context', 'global', 'tenant'], 'context'),
    targetDscp,
  },
};

const vzSubj: ClassDef = {
  label: 'Contract Subject',
  rn: 'subj-{name}',
  parents: ['vzBrCP'],
  props: {
    ...policyProps,
    descr,
    nameAlias,
    name: named(),
    configIssues: readOnly(),
    consMatchT: matchT,
    prio,
    provMatchT: matchT,
    revFltPorts: oneOf(['yes', 'no'], 'yes'),
    targetDscp,
  },
};

const vzRsSubjFiltAtt: ClassDef = {
  label: 'Filter',
  rn: 'rssubjFiltAtt-{tnVzFilterName}',
  parents: ['vzSubj'],
  relation: { to: ['vzFilter'], property: 'tnVzFilterName', named: 'flt-{}', fault: 'F1111' },
  props: {
    ...relationProps('vzFilter', 'name'),
    tnVzFilterName: contractName,
    action: oneOf(['deny', 'permit'], 'permit'),
  },
};

const vzFilter: ClassDef = {
  label: 'Filter',
  rn: 'flt-{name}',
  parents: ['fvTenant'],
  props: { ...policyProps, ...owner, descr, nameAlias, name: named() },
};

const vzCPIf: ClassDef = {
  label: 'Contract Interface',
  rn: 'cif-{name}',
  parents: ['fvTenant'],
  props: { ...policyProps, ...owner, descr, nameAlias, name: named() },
};

const vzAny: ClassDef = {
  label: 'Any EPG',
  rn: 'any',
  parents: ['fvCtx'],
  creatable: 'derived',
  props: {
    ...policyProps,
    descr,
    nameAlias,
    name: readOnly(),
    configSt: readOnly('applied'),
    matchT,
    pcTag: readOnly('any'),
    prefGrMemb: oneOf(['disabled', 'enabled'], 'disabled'),
  },
};

const contractRelation = (
  label: string,
  rn: string,
  more: { parents: string[]; fault: string },
): ClassDef => ({
  label,
  rn: `${rn}-{tnVzBrCPName}`,
  parents: more.parents,
  relation: { to: ['vzBrCP'], property: 'tnVzBrCPName', named: 'brc-{}', fault: more.fault },
  props: {
    ...relationProps('vzBrCP', 'name'),
    tnVzBrCPName: contractName,
    accessPrivilege: readOnly('USER'),
    ctrctUpd: readOnly('ctrct'),
    intent,
    prio,
    triggerSt: readOnly('triggerable'),
    updateCollection: readOnly('no'),
    ...(rn === 'rsprov' && { matchT }),
  },
});

const fvRsConsIf: ClassDef = {
  label: 'Contract Interface',
  rn: 'rsconsIf-{tnVzCPIfName}',
  parents: epgs,
  relation: { to: ['vzCPIf'], property: 'tnVzCPIfName', named: 'cif-{}', fault: 'F0970' },
  props: {
    ...relationProps('vzCPIf', 'name'),
    tnVzCPIfName: contractName,
    deplInfo: readOnly(),
    prio,
    updateCollection: readOnly('no'),
  },
};

export const contractClasses = {
  vzBrCP,
  vzSubj,
  vzRsSubjFiltAtt,
  vzFilter,
  vzCPIf,
  vzAny,
  fvRsProv: contractRelation('Contract Provider', 'rsprov', { parents: epgs, fault: 'F0974' }),
  fvRsCons: contractRelation('Contract Consumer', 'rscons', { parents: epgs, fault: 'F0967' }),
  vzRsAnyToProv: contractRelation('Contract Provider', 'rsanyToProv', { parents: ['vzAny'], fault: 'F0974' }),
  vzRsAnyToCons: contractRelation('Contract Consumer', 'rsanyToCons', { parents: ['vzAny'], fault: 'F0967' }),
  fvRsConsIf,
};
