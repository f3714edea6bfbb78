/** What befalls the BIG-IP, and what people do to it by hand. */
import type { BigipFaults } from '../../../lab/bigip/faults.ts';
import { partition } from '../config.ts';
import { isOurs } from '../fabric-view.ts';
import { markOf } from '../traffic-view.ts';
import { freshName, type Draw, type Stage } from './step.ts';
import { isFirst } from './people.ts';

const faults: readonly Partial<BigipFaults>[] = [
  { restartingPage: {} },
  { restartingPage: { probability: 0.5 } },
  { notRegistered: { probability: 0.5 } },
  { notRegistered: { times: 5 } },
  { falseAbsent: {} },
  { falseAbsent: { probability: 0.5 } },
  { emptyCollection: {} },
  { emptyCollection: { probability: 0.5 } },
  { hollowMember: {} },
  { mcpdLost: { probability: 0.5 } },
  { taskActive: { times: 4 } },
  { unauthorized: { times: 3 } },
  { tokensLost: { times: 2 } },
  { applyThenFail: { only: 'writes', times: 4 } },
  { applyThenClose: { only: 'writes', times: 4 } },
  { slow: { ms: 2000 } },
  { stall: { times: 1 } },
  { closed: { probability: 0.3 } },
  { resetMidReply: { probability: 0.3 } },
];

const fault: Draw = ({ random }) => {
  const chosen = random.pick(faults);
  return {
    title: `balancer: ${JSON.stringify(chosen)}`,
    act({ world, healing }) {
      world.balancer.faults.set(chosen);
      healing.push(() => world.balancer.faults.clear());
    },
  };
};

const flushTokens: Draw = () => ({
  title: 'balancer: all tokens end',
  act: ({ world }) => world.balancer.device.flushTokens(),
});

const reboot: Draw = () => ({
  title: 'balancer: reboots without what was not saved',
  act: ({ world }) =>
    world.balancer.device.reboot({ downMs: 4000, pageMs: 4000, unregisteredMs: 2000, lyingMs: 2000 }),
});

const restartMcpd: Draw = () => ({
  title: 'balancer: mcpd restarts',
  act: ({ world }) => world.balancer.device.restartMcpd({ lostMs: 4000, lyingMs: 4000 }),
});

interface OurMember {
  readonly pool: string;
  readonly path: string;
  readonly name: string;
}

function ourMember({ world: { balancer } }: Stage, share: number): OurMember | undefined {
  const { device } = balancer;
  const all = device
    .objects('pool')
    .filter((pool) => pool.partition === partition && isOurs(markOf(pool)))
    .flatMap(({ path: pool }) => device.objects('member', pool))
    .filter((member) => isOurs(markOf(member)))
    .map(({ pool = '', path, name }) => ({ pool, path, name }))
    .sort((a, b) => (`${a.pool} ${a.path}` < `${b.pool} ${b.path}` ? -1 : 1));
  return all[Math.floor(share * all.length)];
}

function onMember(what: string, act: (stage: Stage, member: OurMember) => void, once = true): Draw {
  return ({ random }) => {
    const share = random.next();
    return {
      title: `${what} (${share.toFixed(2)})`,
      act(stage) {
        const member = ourMember(stage, share);
        if (member !== undefined && (!once || isFirst(stage, `${member.pool} ${member.path}`)))
          act(stage, member);
      },
    };
  };
}

const deleteMember = onMember('a person deletes one of our members', ({ world }, { path, pool }) => {
  world.balancer.device.remove('member', path, pool);
});

const disableMember = onMember('a person disables one of our members', ({ world }, { name, pool }) => {
  world.balancer.device.change({ members: [{ pool, name, session: 'user-disabled' }] });
});

const unmarkMember = onMember(
  'a person takes the mark from one of our members',
  ({ world }, { name, pool }) => {
    world.balancer.device.change({ members: [{ pool, name, metadata: [] }] });
  },
);

const useConnections = onMember(
  'one of our members has connections',
  ({ world }, { path, pool }) => {
    world.balancer.device.setConnections({ pool, member: path }, 40, 1);
  },
  false,
);

const addMember: Draw = (script) => {
  const share = script.random.next();
  const name = `203.0.113.${(Number(freshName(script, '')) % 250) + 1}:80`;
  return {
    title: `a person adds ${name} to one of our pools (${share.toFixed(2)})`,
    act(stage) {
      const beside = ourMember(stage, share);
      if (beside !== undefined)
        stage.world.balancer.device.change({ members: [{ pool: beside.pool, name }] });
    },
  };
};

const useNode = onMember('a person uses the node of one of our members elsewhere', ({ world }, { name }) => {
  world.balancer.device.change({ pools: [{ name: 'theirs', partition, members: [name] }] });
});

const deletePool: Draw = ({ random }) => {
  const share = random.next();
  return {
    title: `a person deletes one of our pools (${share.toFixed(2)})`,
    act(stage) {
      const member = ourMember(stage, share);
      if (member !== undefined && isFirst(stage, member.pool))
        stage.world.balancer.device.remove('pool', member.pool);
    },
  };
};

const nodeOfTheirs: Draw = (script) => {
  const address = `10.${244 + script.random.below(script.clusterCount)}.${script.random.below(3)}.${2 + script.random.below(12)}`;
  return {
    title: `a person makes the node ${address}`,
    act({ world: { balancer } }) {
      const taken = balancer.device
        .objects('node')
        .some(({ attributes }) => attributes['address'] === address);
      if (!taken)
        balancer.device.change({ nodes: [{ name: address, partition, address, description: 'mine' }] });
    },
  };
};

export const balancerFaults: readonly Draw[] = [fault, fault, fault, fault, flushTokens, reboot, restartMcpd];

export const balancerPeople: readonly Draw[] = [
  deleteMember,
  disableMember,
  unmarkMember,
  useConnections,
  useConnections,
  addMember,
  useNode,
  deletePool,
  nodeOfTheirs,
];
