/** Trees to start from. */

/** An object as JSON has it: the class, its attributes, its children. */
export type MoBody = Readonly<
  Record<
    string,
    { readonly attributes: Readonly<Record<string, string>>; readonly children?: readonly MoBody[] }
  >
>;

export function mo(
  className: string,
  attributes: Record<string, string>,
  children: readonly MoBody[] = [],
): MoBody {
  return { [className]: { attributes, ...(children.length > 0 && { children }) } };
}

/** A tenant with a VRF, an L3Out in it and a contract; no external EPG yet. */
export function baseFabric(tenant = 'k8s', vrf = 'prod', l3out = 'calico', contract = 'web'): MoBody[] {
  return [
    mo('fvTenant', { name: tenant }, [
      mo('fvCtx', { name: vrf }),
      mo('vzBrCP', { name: contract }, [mo('vzSubj', { name: contract })]),
      mo('l3extOut', { name: l3out }, [mo('l3extRsEctx', { tnFvCtxName: vrf })]),
    ]),
  ];
}

/**
 * The inside of that tenant: a bridge domain, an EPG and an ESG under which endpoints can be learned, and a probe for
 * redirect policies.
 */
export function insideFabric(tenant = 'k8s', vrf = 'prod', ap = 'apps', epg = 'vms'): MoBody[] {
  return [
    mo('fvTenant', { name: tenant }, [
      mo('fvCtx', { name: vrf }),
      mo('fvBD', { name: epg }, [mo('fvRsCtx', { tnFvCtxName: vrf })]),
      mo('fvAp', { name: ap }, [
        mo('fvAEPg', { name: epg }, [mo('fvRsBd', { tnFvBDName: epg })]),
        mo('fvESg', { name: 'secured' }, [mo('fvRsScope', { tnFvCtxName: vrf })]),
      ]),
      mo('fvIPSLAMonitoringPol', { name: 'tcp80', slaType: 'tcp', slaPort: '80', slaFrequency: '5' }),
    ]),
  ];
}

/** A user who may log in, and write unless `privilege` says otherwise. */
export function localUser(
  name: string,
  password: string,
  privilege: 'readPriv' | 'writePriv' = 'writePriv',
): MoBody {
  return mo('aaaUser', { dn: `uni/userext/user-${name}`, name, pwd: password }, [
    mo('aaaUserDomain', { name: 'all' }, [
      mo('aaaUserRole', { name: privilege === 'writePriv' ? 'admin' : 'read-all', privType: privilege }),
    ]),
  ]);
}

const nodes = [
  { id: '1', name: 'apic1', role: 'controller', model: 'APIC-SERVER-L2', address: '10.0.0.1' },
  { id: '101', name: 'leaf101', role: 'leaf', model: 'N9K-C93180YC-FX', address: '10.0.8.101' },
  { id: '102', name: 'leaf102', role: 'leaf', model: 'N9K-C93180YC-FX', address: '10.0.8.102' },
  { id: '103', name: 'leaf103', role: 'leaf', model: 'N9K-C93180YC-FX', address: '10.0.8.103' },
];

/** What every fabric has before anyone configures it: one APIC, two border leaves and one more, the tenants of the system. */
export function bareFabric(options: { version: string; bootedAt: string }): MoBody[] {
  const { version } = options;
  const firmware = mo('firmwareCtrlrFwStatusCont', {}, [mo('firmwareCtrlrRunning', { version })]);
  const members = nodes.map(({ id, name, role, model, address }) => {
    const nodeVersion = role === 'controller' ? version : `n9000-1${version}`;
    const common = { id, name, role, address, version: nodeVersion, serial: `FDO2300${id.padStart(4, '0')}` };
    const system = {
      ...common,
      lastRebootTime: options.bootedAt,
      systemUpTime: '01:00:00:00.000',
      fabricMAC: '00:22:BD:F8:19:FF',
    };
    return mo('fabricNode', { ...common, model, fabricSt: role === 'controller' ? 'unknown' : 'active' }, [
      mo('topSystem', system, role === 'controller' ? [firmware] : []),
    ]);
  });
  return [
    mo('polUni', { dn: 'uni' }, [
      mo('aaaUserEp', {}),
      mo('fabricInst', {}),
      mo('fvTenant', { name: 'common' }, [
        mo('fvCtx', { name: 'default' }),
        mo('vzBrCP', { name: 'default' }),
      ]),
      mo('fvTenant', { name: 'infra' }),
      mo('fvTenant', { name: 'mgmt' }),
    ]),
    mo('apPluginContr', { dn: 'pluginContr' }),
    mo('fabricTopology', { dn: 'topology' }, [mo('fabricPod', { id: '1' }, members)]),
    mo('fvcapRule', { dn: `${capabilities}/rule-l3extInstP`, subj: 'l3extInstP', constraint: '4000' }),
    mo('fvcapRule', { dn: `${capabilities}/rule-fvTenant`, subj: 'fvTenant', constraint: '3000' }),
  ];
}

const capabilities = 'uni/fabric/compcat-default/fvsw-default/capabilities';
