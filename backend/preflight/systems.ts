/** What the facts of a fabric or a load balancer mean. */
import type { TestStep } from '../api/contract/tests.ts';
import { identityStep, type Declared } from './identity.ts';
import type { BigIpFacts, BigIpRights, FabricFacts, FabricRights, Found, HaproxyFacts } from './ports.ts';
import { bad, badOf, good, listed, skipped, warning } from './step.ts';
import { versionStep } from './version.ts';

const out = 'Nobody is signed in.';
const notIn = [skipped('version', out), skipped('permission', out), skipped('identity', out)];

export function fabricSteps(
  { login, version, identity }: FabricFacts,
  declared: Declared,
): readonly TestStep[] {
  if ('problem' in login) return [badOf('signIn', login.problem), ...notIn];
  return [
    good('signIn', 'The login is taken'),
    versionStep('apic', version),
    fabricPermission(login.fact),
    identityStep(identity, declared),
  ];
}

const privileges =
  'Give it the write privilege `tenant-ext-connectivity` for external EPGs and `nw-svc-policy` for redirect policies, as the roles `tenant-ext-admin` and `nw-svc-admin` have them.';

function fabricPermission({ externalEpgs, redirectPolicies, roles, domains }: FabricRights): TestStep {
  const may = { 'external EPGs': externalEpgs, 'redirect policies': redirectPolicies };
  const of = (answer: string): string[] =>
    Object.entries(may).flatMap(([what, said]) => (said === answer ? [what] : []));
  const where = domains.includes('all') ? '' : ` in the security domains ${listed(domains)}`;
  if (of('no').length === 2)
    return bad(
      'permission',
      `The user may only read (roles for writing: ${listed(roles) || 'none'})`,
      privileges,
    );
  if (of('unknown').length > 0)
    return warning(
      'permission',
      `Whether the user may write ${listed(of('unknown'))} does not show from its roles ${listed(roles)}`,
      privileges,
    );
  if (of('no').length > 0)
    return warning(
      'permission',
      `The user may write ${listed(of('yes'))}${where}, not ${listed(of('no'))}`,
      privileges,
    );
  if (where === '') return good('permission', `The user may write ${listed(of('yes'))}`);
  return warning(
    'permission',
    `The user may write ${listed(of('yes'))}${where}`,
    'The tenants of the mappings have to be in these domains.',
  );
}

export function bigIpSteps(facts: BigIpFacts, declared: Declared): readonly TestStep[] {
  const { login, version, rights, identity, standby } = facts;
  if ('problem' in login) return [badOf('signIn', login.problem), ...notIn];
  const which = identityStep(identity, declared);
  const isStandby = standby !== undefined && which.result === 'good';
  return [
    good('signIn', `As ${login.fact}`),
    versionStep('bigip', version),
    bigIpPermission(rights),
    isStandby ? badOf('identity', standby) : which,
  ];
}

const mayManage: ReadonlySet<string> = new Set(['admin', 'resource-admin', 'manager']);
const roleNext = 'Give our user the role Manager in the partitions of the pools, or in all of them.';

function bigIpPermission(rights: Found<BigIpRights>): TestStep {
  if ('problem' in rights) return badOf('permission', rights.problem);
  const { partitions } = rights.fact;
  if (partitions === undefined)
    return warning('permission', 'The device does not say which role the user has', roleNext);
  const told = Object.entries(partitions).map(([partition, role]) => `${role} in ${partition}`);
  const managed = Object.values(partitions).filter((role) => mayManage.has(role));
  if (managed.length === 0)
    return bad('permission', `The user is ${listed(told)}: it may not change pools`, roleNext);
  return good('permission', `The user is ${listed(told)}`);
}

export function haproxySteps(facts: HaproxyFacts, declared: Declared): readonly TestStep[] {
  const { reach, level, version, identity } = facts;
  if ('problem' in reach) return [badOf('reach', reach.problem), ...notIn];
  const opened = good('reach', 'The socket answers');
  return [opened, versionStep('haproxy', version), levelStep(level), identityStep(identity, declared)];
}

function levelStep(level: Found<string>): TestStep {
  if ('problem' in level) return badOf('permission', level.problem);
  if (level.fact === 'admin') return good('permission', 'The socket has level admin');
  return bad(
    'permission',
    `The socket has level ${level.fact}: servers cannot be changed through it`,
    'Give it `level admin` in its `stats socket` line.',
  );
}
