/** What people do to the fabric by hand, and to the product. */
import { mo } from '../../../lab/fabric/seed.ts';
import { container, removable } from '../config.ts';
import { presentEpgs, type PresentEpg } from '../fabric-view.ts';
import { freshName, type Draw, type Stage } from './step.ts';

/** One of ours that has something in it; the draw is a share, since what is there is not drawn. */
function ourEpg({ world }: Stage, share: number): PresentEpg | undefined {
  const ours = [...presentEpgs(world.fabric).values()].filter(
    (epg) => epg.isOurs && epg.subnets.some((each) => each.isOurs),
  );
  return ours.sort((a, b) => (a.dn < b.dn ? -1 : 1))[Math.floor(share * ours.length)];
}

/** Each object only once in a run: what someone changes back again and again is left alone, and that is another test. */
const edited = new WeakMap<object, Set<string>>();

export function isFirst({ world }: Stage, id: string): boolean {
  const known = edited.get(world) ?? new Set();
  edited.set(world, known);
  const first = !known.has(id);
  known.add(id);
  return first;
}

const deleteSubnet: Draw = ({ random }) => {
  const [share, which] = [random.next(), random.next()];
  return {
    title: `a person deletes one of our subnets (${share.toFixed(2)}, ${which.toFixed(2)})`,
    act(stage) {
      const epg = ourEpg(stage, share);
      const ours = epg?.subnets.filter((subnet) => subnet.isOurs) ?? [];
      const subnet = ours[Math.floor(which * ours.length)];
      if (epg === undefined || subnet === undefined) return;
      const dn = `${epg.dn}/extsubnet-[${subnet.prefix}]`;
      if (isFirst(stage, dn)) stage.world.fabric.remove(dn);
    },
  };
};

const deleteEpg: Draw = ({ random }) => {
  const share = random.next();
  return {
    title: `a person deletes one of our EPGs (${share.toFixed(2)})`,
    act(stage) {
      const epg = ourEpg(stage, share);
      if (epg === undefined || epg.hasForeignChildren || !isFirst(stage, epg.dn)) return;
      for (const { prefix } of epg.subnets) isFirst(stage, `${epg.dn}/extsubnet-[${prefix}]`);
      stage.world.fabric.remove(epg.dn);
    },
  };
};

const addSubnet: Draw = (script) => {
  const share = script.random.next();
  const prefix = `203.0.113.${freshNumber(script)}/32`;
  return {
    title: `a person adds ${prefix} to one of our EPGs (${share.toFixed(2)})`,
    act(stage) {
      const epg = ourEpg(stage, share);
      if (epg === undefined) return;
      stage.world.fabric.seed(
        mo('l3extSubnet', { dn: `${epg.dn}/extsubnet-[${prefix}]`, annotation: 'orchestrator:a-person' }),
      );
    },
  };
};

function freshNumber(script: Parameters<Draw>[0]): number {
  return (Number(freshName(script, '')) % 250) + 1;
}

const overwriteMark: Draw = ({ random }) => {
  const [share, which] = [random.next(), random.next()];
  const whole = random.chance(0.2);
  return {
    title: `a person overwrites our mark on ${whole ? 'an EPG' : 'a subnet'} (${share.toFixed(2)}, ${which.toFixed(2)})`,
    act(stage) {
      const epg = ourEpg(stage, share);
      const subnet = epg?.subnets[Math.floor(which * epg.subnets.length)];
      if (epg === undefined || subnet === undefined) return;
      const object = whole
        ? mo('l3extInstP', { dn: epg.dn, annotation: 'orchestrator:terraform' })
        : mo('l3extSubnet', {
            dn: `${epg.dn}/extsubnet-[${subnet.prefix}]`,
            annotation: 'orchestrator:terraform',
          });
      stage.world.fabric.seed(object);
    },
  };
};

/** Before the Deployment of that name comes; names go up by one with each draw. */
const sameName: Draw = (script) => {
  const dn = `${container}/instP-c${1 + script.random.below(script.clusterCount)}_shop_web${script.names + 1}`;
  return {
    title: `a person makes ${dn}`,
    act: ({ world }) => world.fabric.seed(mo('l3extInstP', { dn, descr: 'mine' })),
  };
};

const takePrefix: Draw = (script) => {
  const host = 2 + script.random.below(200);
  const prefix = `10.244.${script.random.below(3)}.${host}/32`;
  return {
    title: `a person puts ${prefix} into an EPG of theirs`,
    act({ world }) {
      const epg = `${container}/instP-theirs`;
      if (world.fabric.get(epg) === undefined) world.fabric.seed(mo('l3extInstP', { dn: epg }));
      world.fabric.seed(mo('l3extSubnet', { dn: `${epg}/extsubnet-[${prefix}]` }));
    },
  };
};

const removeContract: Draw = ({ random }) => {
  const share = random.next();
  return {
    title: `a person takes the contract from one of our EPGs (${share.toFixed(2)})`,
    act(stage) {
      const epg = ourEpg(stage, share);
      if (epg === undefined) return;
      const dn = `${epg.dn}/rsprov-web`;
      if (isFirst(stage, dn)) stage.world.fabric.remove(dn);
    },
  };
};

const deleteContract: Draw = () => ({
  title: 'a person deletes the contract itself, until all is healed',
  act({ world, healing }) {
    world.fabric.remove('uni/tn-k8s/brc-web');
    healing.push(() => {
      world.fabric.seed(mo('vzBrCP', { dn: 'uni/tn-k8s/brc-web' }, [mo('vzSubj', { name: 'web' })]));
    });
  },
});

const kill: Draw = ({ random }) => {
  const signal = random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM'] as const);
  return {
    title: `the product ends by ${signal} and starts again`,
    act: ({ world }) => world.restart(signal),
  };
};

const editDocument: Draw = (script) => {
  const name = script.random.pick(removable);
  const goes = !script.without.has(name);
  if (goes) script.without.add(name);
  else script.without.delete(name);
  const without = new Set(script.without);
  return {
    title: `mapping ${name} is ${goes ? 'taken out of' : 'put back into'} the document; the product restarts`,
    async act({ world, watchman }) {
      watchman.forgetWishes();
      world.without = without;
      await world.restart('SIGTERM');
      watchman.forgetWishes();
    },
  };
};

const pause: Draw = () => ({
  title: 'a person pauses all writing, until all is healed',
  async act({ world, healing }) {
    await world.product.command('approve', '--pause');
    healing.push(async () => {
      await world.product.command('approve', '--resume');
    });
  },
});

export const peopleSteps: readonly Draw[] = [
  deleteSubnet,
  deleteSubnet,
  deleteEpg,
  addSubnet,
  overwriteMark,
  sameName,
  takePrefix,
  takePrefix,
  removeContract,
  deleteContract,
];

/** They take a second or more each. */
export const processSteps: readonly Draw[] = [kill, kill, kill, editDocument, pause];
