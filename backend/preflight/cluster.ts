/** What the facts of a cluster mean. */
import type { TestStep } from '../api/contract/tests.ts';
import type { ClusterFacts, ClusterRight, Found } from './ports.ts';
import { identityStep, type Declared } from './identity.ts';
import { bad, badOf, good, listed, skipped, warning } from './step.ts';
import { versionStep } from './version.ts';

const manifest =
  'Apply the manifest that this product gives out (also `aci-kube-sync rbac`), and use the token of its account.';

export function clusterSteps(facts: ClusterFacts, declared: Declared): readonly TestStep[] {
  const signIn = signInStep(facts);
  const isOut = signIn.result === 'bad';
  return [
    signIn,
    versionStep('kubernetes', facts.version),
    isOut ? skipped('permission', 'Nobody is signed in.') : permissionStep(facts.missing),
    isOut ? skipped('identity', 'Nobody is signed in.') : identityStep(facts.identity, declared),
  ];
}

/** A release that does not say who we are tells by its other answers whether it knows us. */
function signInStep({ user, missing, identity }: ClusterFacts): TestStep {
  const refused = [user, missing, identity].find(
    (each) => 'problem' in each && each.problem.code === 'cluster.unauthorized',
  );
  if (refused !== undefined && 'problem' in refused)
    return bad(
      'signIn',
      `The cluster does not take these credentials: ${refused.problem.detail}`,
      `The token may have expired or belong to another cluster. ${manifest}`,
    );
  if ('problem' in user) return badOf('signIn', user.problem);
  if (user.fact === 'system:anonymous')
    return bad('signIn', 'The cluster takes us for anybody: it does not know these credentials', manifest);
  if (user.fact !== undefined) return good('signIn', `As ${user.fact}`);
  if ('problem' in missing && 'problem' in identity) return badOf('signIn', missing.problem);
  return good('signIn', 'The credentials are taken');
}

function permissionStep(missing: Found<readonly ClusterRight[]>): TestStep {
  if ('problem' in missing) return badOf('permission', missing.problem);
  const needed = missing.fact.filter(({ verb }) => verb !== 'get');
  if (needed.length > 0) return bad('permission', `Not allowed: ${byVerbs(needed)}`, manifest);
  if (missing.fact.length === 0) return good('permission', 'All that is needed is allowed');
  return warning(
    'permission',
    `Not allowed: ${byVerbs(missing.fact)}. Removals that it would explain are held`,
    manifest,
  );
}

/** `list and watch pods; list nodes` */
function byVerbs(rights: readonly ClusterRight[]): string {
  const verbs = new Map<string, ClusterRight['verb'][]>();
  for (const { verb, resource } of rights) verbs.set(resource, [...(verbs.get(resource) ?? []), verb]);
  const resources = Map.groupBy(verbs, ([, of]) => listed(of));
  return [...resources].map(([verb, of]) => `${verb} ${listed(of.map(([name]) => name))}`).join('; ');
}
