/** Properties and value sets that many classes share. */
import { oneOf, readOnly, text, type PropDef } from '../class-def.ts';

export const nameRe = /^[a-zA-Z0-9_.:-]+$/;
export const strictNameRe = /^[a-zA-Z0-9_.-]+$/;
const prose = /^[a-zA-Z0-9\\!#$%()*,\-./:;@ _{|}~?&+]+$/;

export const dscps = [
  ...['AF11', 'AF12', 'AF13', 'AF21', 'AF22', 'AF23', 'AF31', 'AF32', 'AF33', 'AF41', 'AF42', 'AF43'],
  ...['CS0', 'CS1', 'CS2', 'CS3', 'CS4', 'CS5', 'CS6', 'CS7', 'EF', 'VA', 'unspecified'],
];
export const targetDscp = oneOf(dscps, 'unspecified', { min: 0, max: 64 });
export const prio = oneOf(
  ['level1', 'level2', 'level3', 'level4', 'level5', 'level6', 'unspecified'],
  'unspecified',
  { min: 0, max: 9 },
);
export const matchT = oneOf(['All', 'AtleastOne', 'AtmostOne', 'None'], 'AtleastOne');
export const enabledOrNot = (def: 'enabled' | 'disabled'): PropDef => oneOf(['enabled', 'disabled'], def);

export const named = (max = 64, re = nameRe): PropDef => text({ min: 1, max, re });
export const optionalName = text({ max: 64, re: nameRe });
export const descr = text({ max: 128, re: prose });
export const nameAlias = text({ max: 63, re: strictNameRe });
export const owner = { ownerKey: text({ max: 128, re: prose }), ownerTag: text({ max: 64, re: prose }) };

/** What every object reads, whoever made it. */
export const systemProps = {
  childAction: readOnly(),
  lcOwn: readOnly('local'),
  modTs: readOnly('never'),
  status: readOnly(),
};

/** What every object that a person configures has besides. */
export const configProps = {
  ...systemProps,
  annotation: text({ max: 128, re: nameRe }),
  extMngdBy: readOnly(),
  uid: readOnly('0'),
  userdom: text({ def: ':all:', max: 1024, re: nameRe }),
};

/** Policies of tenants: they are watched by the default monitoring policy. */
export const policyProps = { ...configProps, monPolDn: readOnly('uni/tn-common/monepg-default') };

/** Read-only half of a relation; `state` and `tDn` are filled when the target is looked up. */
export const relationProps = (targetClass: string, type: 'name' | 'mo'): Record<string, PropDef> => ({
  ...policyProps,
  forceResolve: readOnly('yes'),
  rType: readOnly('mo'),
  state: readOnly('unformed'),
  stateQual: readOnly('none'),
  tCl: readOnly(targetClass),
  tDn: readOnly(),
  tType: readOnly(type),
  ...(type === 'name' && { tContextDn: readOnly(), tRn: readOnly() }),
});
