/** What the fabric says about itself: nodes, versions, faults, the audit log, users, limits; and tags. */
import { oneOf, readOnly, secret, text, type ClassDef } from '../class-def.ts';
import { configProps, descr, named, nameAlias, nameRe, owner, policyProps, systemProps } from './shared.ts';

const fabricProps = { ...systemProps, monPolDn: readOnly('uni/fabric/monfab-default') };

const fabricTopology: ClassDef = {
  label: 'Topology',
  rn: 'topology',
  parents: [],
  creatable: 'never',
  props: { ...fabricProps, name: readOnly() },
};

const fabricPod: ClassDef = {
  label: 'Pod',
  rn: 'pod-{id}',
  parents: ['fabricTopology'],
  creatable: 'never',
  props: { ...fabricProps, id: readOnly('1'), podType: readOnly('physical') },
};

const fabricNode: ClassDef = {
  label: 'Fabric Node',
  rn: 'node-{id}',
  parents: ['fabricPod'],
  creatable: 'never',
  props: {
    ...fabricProps,
    adSt: readOnly('on'),
    address: readOnly('10.0.0.1'),
    annotation: readOnly(),
    apicType: readOnly('apic'),
    delayedHeartbeat: readOnly('no'),
    extMngdBy: readOnly(),
    fabricSt: readOnly('active'),
    id: readOnly('1'),
    lastStateModTs: readOnly(),
    model: readOnly(),
    name: readOnly(),
    nameAlias: readOnly(),
    nodeType: readOnly('unspecified'),
    role: readOnly('leaf'),
    serial: readOnly(),
    uid: readOnly('0'),
    userdom: readOnly('all'),
    vendor: readOnly('Cisco Systems, Inc'),
    version: readOnly(),
  },
};

const topSystem: ClassDef = {
  label: 'System',
  rn: 'sys',
  parents: ['fabricNode'],
  creatable: 'never',
  props: {
    ...fabricProps,
    address: readOnly('10.0.0.1'),
    bootstrapState: readOnly('none'),
    configIssues: readOnly(),
    controlPlaneMTU: readOnly('9000'),
    currentTime: readOnly(),
    enforceSubnetCheck: readOnly('no'),
    fabricDomain: readOnly('ACI Fabric1'),
    fabricId: readOnly('1'),
    fabricMAC: readOnly('00:22:BD:F8:19:FF'),
    id: readOnly('1'),
    inbMgmtAddr: readOnly('0.0.0.0'),
    inbMgmtAddrMask: readOnly('0'),
    lastRebootTime: readOnly(),
    lastResetReason: readOnly('unknown'),
    mode: readOnly('unspecified'),
    name: readOnly(),
    nameAlias: readOnly(),
    nodeType: readOnly('unspecified'),
    oobMgmtAddr: readOnly('192.0.2.1'),
    oobMgmtAddrMask: readOnly('24'),
    oobMgmtGateway: readOnly('192.0.2.254'),
    podId: readOnly('1'),
    remoteNetworkId: readOnly('0'),
    remoteNode: readOnly('no'),
    role: readOnly('leaf'),
    serial: readOnly(),
    serverType: readOnly('unspecified'),
    siteId: readOnly('0'),
    state: readOnly('in-service'),
    systemUpTime: readOnly('98:18:08:25.000'),
    tepPool: readOnly('0.0.0.0'),
    version: readOnly(),
    virtualMode: readOnly('no'),
  },
};

const firmwareCtrlrFwStatusCont: ClassDef = {
  label: 'Controller Firmware Status',
  rn: 'ctrlrfwstatuscont',
  parents: ['topSystem'],
  creatable: 'never',
  props: systemProps,
};

const firmwareCtrlrRunning: ClassDef = {
  label: 'Controller Firmware Running',
  rn: 'ctrlrrunning',
  parents: ['firmwareCtrlrFwStatusCont'],
  creatable: 'never',
  props: {
    ...systemProps,
    internalLabel: readOnly(),
    ksFile: readOnly(),
    mode: readOnly('normal'),
    ts: readOnly(),
    type: readOnly('controller'),
    version: readOnly(),
  },
};

const faultInst: ClassDef = {
  label: 'Fault Instance',
  rn: 'fault-{code}',
  parents: ['*'],
  creatable: 'never',
  props: {
    childAction: readOnly(),
    modTs: readOnly('never'),
    status: readOnly(),
    extMngdBy: readOnly(),
    userdom: readOnly('all'),
    ack: readOnly('no'),
    alert: readOnly('no'),
    cause: readOnly(),
    changeSet: readOnly(),
    code: readOnly(),
    created: readOnly(),
    delegated: readOnly('no'),
    descr: readOnly(),
    domain: readOnly('tenant'),
    highestSeverity: readOnly('minor'),
    lastTransition: readOnly(),
    lc: readOnly('soaking'),
    occur: readOnly('1'),
    origSeverity: readOnly('minor'),
    prevSeverity: readOnly('minor'),
    rule: readOnly(),
    severity: readOnly('minor'),
    subject: readOnly(),
    title: readOnly(),
    type: readOnly('config'),
  },
};

const aaaModLR: ClassDef = {
  label: 'Audit Log Record',
  rn: 'mod-{id}',
  parents: [],
  creatable: 'never',
  props: {
    childAction: readOnly(),
    modTs: readOnly('never'),
    status: readOnly(),
    affected: readOnly(),
    cause: readOnly('transition'),
    changeSet: readOnly(),
    clientTag: readOnly(),
    code: readOnly(),
    created: readOnly(),
    descr: readOnly(),
    id: readOnly(),
    ind: readOnly(),
    sessionId: readOnly(),
    severity: readOnly('info'),
    trig: readOnly('config'),
    txId: readOnly(),
    user: readOnly(),
  },
};

const aaaUserEp: ClassDef = {
  label: 'User Security',
  rn: 'userext',
  parents: ['polUni'],
  creatable: 'never',
  props: { ...configProps, descr, nameAlias, name: readOnly() },
};

const aaaUser: ClassDef = {
  label: 'Local User',
  rn: 'user-{name}',
  parents: ['aaaUserEp'],
  props: {
    ...configProps,
    ...owner,
    descr,
    nameAlias,
    name: named(),
    accountStatus: oneOf(['active', 'blocked', 'inactive'], 'active'),
    email: text(),
    expiration: text({ def: 'never' }),
    expires: oneOf(['no', 'yes'], 'no'),
    firstName: text({ max: 32 }),
    lastName: text({ max: 32 }),
    phone: text({ max: 16 }),
    pwd: secret(),
    unixUserId: readOnly('15374'),
  },
};

const aaaAppUser: ClassDef = {
  label: 'User of an App',
  rn: 'appuser-{name}',
  parents: ['aaaUserEp'],
  props: { ...configProps, descr, nameAlias, name: named(), unixUserId: readOnly('15374') },
};

const aaaUserCert: ClassDef = {
  label: 'Certificate of a User',
  rn: 'usercert-{name}',
  parents: ['aaaUser', 'aaaAppUser'],
  props: { ...configProps, descr, nameAlias, name: named(), data: text() },
};

const apPluginContr: ClassDef = {
  label: 'Apps',
  rn: 'pluginContr',
  parents: [],
  creatable: 'never',
  props: { ...systemProps, name: readOnly() },
};

const apPlugin: ClassDef = {
  label: 'App',
  rn: 'plugin-{appCtxRoot}',
  parents: ['apPluginContr'],
  creatable: 'never',
  props: {
    ...configProps,
    descr,
    appCtxRoot: readOnly(),
    appId: readOnly(),
    appType: readOnly(),
    name: readOnly(),
    operSt: readOnly(),
    pluginSt: readOnly('inactive'),
    version: readOnly(),
  },
};

const aaaUserDomain: ClassDef = {
  label: 'Security Domain of a User',
  rn: 'userdomain-{name}',
  parents: ['aaaUser', 'aaaAppUser'],
  props: { ...configProps, descr, nameAlias, name: named() },
};

const aaaUserRole: ClassDef = {
  label: 'Role of a User',
  rn: 'role-{name}',
  parents: ['aaaUserDomain'],
  props: {
    ...configProps,
    descr,
    nameAlias,
    name: named(),
    privType: oneOf(['readPriv', 'writePriv'], 'readPriv'),
  },
};

const fabricInst: ClassDef = {
  label: 'Fabric',
  rn: 'fabric',
  parents: ['polUni'],
  creatable: 'never',
  props: { ...fabricProps, name: readOnly() },
};

const fvcapRule: ClassDef = {
  label: 'Capacity Rule',
  rn: 'rule-{subj}',
  parents: [],
  creatable: 'never',
  props: { ...systemProps, subj: readOnly(), constraint: readOnly('0'), scope: readOnly('fabric') },
};

const tagAnnotation: ClassDef = {
  label: 'Annotation',
  rn: 'annotationKey-[{key}]',
  parents: ['*'],
  props: {
    ...systemProps,
    extMngdBy: readOnly(),
    uid: readOnly('0'),
    userdom: text({ def: ':all:', max: 1024, re: nameRe }),
    key: text({ min: 1 }),
    value: text({ min: 1, max: 2048, re: /^[^<>]+$/ }),
  },
};

const tagTag: ClassDef = {
  label: 'Tag',
  rn: 'tagKey-{key}',
  parents: ['*'],
  props: {
    ...systemProps,
    extMngdBy: readOnly(),
    uid: readOnly('0'),
    userdom: text({ def: ':all:', max: 1024, re: nameRe }),
    key: text({ min: 1, max: 64, re: nameRe }),
    value: text({ min: 1, max: 128, re: nameRe }),
  },
};

const tagInst: ClassDef = {
  label: 'Tag Instance',
  rn: 'tag-{name}',
  parents: ['*'],
  props: { ...policyProps, name: named() },
};

export const systemClasses = {
  fabricTopology,
  fabricPod,
  fabricNode,
  topSystem,
  firmwareCtrlrFwStatusCont,
  firmwareCtrlrRunning,
  faultInst,
  aaaModLR,
  aaaUserEp,
  aaaUser,
  aaaAppUser,
  aaaUserCert,
  apPluginContr,
  apPlugin,
  aaaUserDomain,
  aaaUserRole,
  fabricInst,
  fvcapRule,
  tagAnnotation,
  tagTag,
  tagInst,
};
