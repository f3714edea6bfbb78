/** What people do to redirect policies by hand. */
import { mo } from '../../../lab/fabric/seed.ts';
import type { MoView } from '../../../lab/fabric/fabric.ts';
import { services } from '../config.ts';
import { isOurs } from '../fabric-view.ts';
import { isFirst } from './people.ts';
import { freshName, type Draw, type Stage } from './step.ts';

function ours({ world: { fabric } }: Stage, className: string, share: number): MoView | undefined {
  if (fabric.get(services) === undefined) return undefined;
  const all = fabric
    .subtree(services, className)
    .filter(({ attributes }) => isOurs(attributes['annotation'] ?? ''))
    .sort((a, b) => (a.dn < b.dn ? -1 : 1));
  return all[Math.floor(share * all.length)];
}

function remove(what: string, className: string): Draw {
  return ({ random }) => {
    const share = random.next();
    return {
      title: `a person deletes one of our ${what} (${share.toFixed(2)})`,
      act(stage) {
        const found = ours(stage, className, share);
        if (found !== undefined && isFirst(stage, found.dn)) stage.world.fabric.remove(found.dn);
      },
    };
  };
}

const addDestination: Draw = (script) => {
  const share = script.random.next();
  const ip = `203.0.113.${(Number(freshName(script, '')) % 250) + 1}`;
  return {
    title: `a person adds the destination ${ip} to one of our policies (${share.toFixed(2)})`,
    act(stage) {
      const policy = ours(stage, 'vnsSvcRedirectPol', share);
      if (policy === undefined || policy.dn.endsWith('_v6')) return;
      stage.world.fabric.seed(
        mo('vnsRedirectDest', {
          dn: `${policy.dn}/RedirectDest_ip-[${ip}]`,
          ip,
          mac: '00:00:5E:00:53:01',
          annotation: 'orchestrator:a-person',
        }),
      );
    },
  };
};

const editPolicy: Draw = ({ random }) => {
  const share = random.next();
  return {
    title: `a person edits one of our policies (${share.toFixed(2)})`,
    act(stage) {
      const policy = ours(stage, 'vnsSvcRedirectPol', share);
      if (policy === undefined || !isFirst(stage, policy.dn)) return;
      stage.world.fabric.seed(mo('vnsSvcRedirectPol', { dn: policy.dn, hashingAlgorithm: 'dip' }));
    },
  };
};

export const policyPeople: readonly Draw[] = [
  remove('destinations', 'vnsRedirectDest'),
  remove('destinations', 'vnsRedirectDest'),
  remove('health groups', 'vnsRedirectHealthGroup'),
  remove('relations to a health group', 'vnsRsRedirectHealthGroup'),
  remove('policies', 'vnsSvcRedirectPol'),
  addDestination,
  editPolicy,
];
