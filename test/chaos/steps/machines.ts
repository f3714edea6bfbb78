/**
 * What happens to machines in an EPG of the fabric. Leaf 103 alone reloads, and no machine that it may have seen last goes: the
 * product believes such a loss only after the leaf was back for half an hour. So it is with losses of one leaf that come
 * together: each leaf has one in a bout.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused } from '../../../lab/fabric/refused.ts';
import { machines as epg } from '../config.ts';
import type { Draw, Machine, Script, Stage } from './step.ts';

const [tenant = '', app = '', name = ''] = epg.split('/');
const epgDn = `uni/tn-${tenant}/ap-${app}/epg-${name}`;
const reloading = 103;
const most = 12;

export const learn: Draw = (script) => {
  if (script.machines.length >= most) return undefined;
  const count = 1 + script.random.below(3);
  const leaf = script.random.pick([101, 102, reloading]);
  const fresh = Array.from({ length: count }, () => newMachine(script, leaf));
  script.machines.push(...fresh);
  return {
    title: `leaf ${leaf} learns ${fresh.map(({ address }) => address).join(', ')}`,
    act: (stage) => {
      for (const machine of fresh) appear(stage, machine, leaf);
    },
  };
};

function newMachine(script: Script, leaf: number): Machine {
  script.names += 1;
  const hex = script.names.toString(16).padStart(4, '0').toUpperCase();
  const isV6 = script.random.chance(0.3);
  const address = isV6 ? `fd00:9::${script.names.toString(16)}` : `10.9.0.${(script.names % 250) + 1}`;
  return { mac: `00:50:56:00:${hex.slice(0, 2)}:${hex.slice(2)}`, address, leaf };
}

/** A leaf that is away learns nothing: then another one does. */
function appear({ world }: Stage, { mac, address }: Machine, leaf: number): void {
  const endpoint = { epgDn, mac, ips: [address] };
  try {
    world.fabric.endpoints.learn({ ...endpoint, nodes: [leaf] });
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    world.fabric.endpoints.learn({ ...endpoint, nodes: [101] });
  }
  world.machines.set(address, { address, mac });
}

function takesLeave(script: Script): Machine | undefined {
  const machine = settled(script);
  if (machine === undefined || script.touched.has(`leaf ${machine.leaf}`)) return undefined;
  script.touched.add(`leaf ${machine.leaf}`);
  return machine;
}

function settled({ machines, random }: Script): Machine | undefined {
  const all = machines.filter(({ leaf }) => leaf !== reloading);
  return all.length === 0 ? undefined : random.pick(all);
}

const age: Draw = (script) => {
  const machine = takesLeave(script);
  if (machine === undefined) return undefined;
  script.machines.splice(script.machines.indexOf(machine), 1);
  return {
    title: `${machine.address} is gone`,
    act({ world }) {
      world.fabric.endpoints.age({ epgDn, mac: machine.mac });
      world.machines.delete(machine.address);
    },
  };
};

/** Within the time that an absence needs to count. */
const blink: Draw = (script) => {
  const machine = takesLeave(script);
  if (machine === undefined) return undefined;
  return {
    title: `${machine.address} is not seen for a moment`,
    async act(stage) {
      stage.world.fabric.endpoints.age({ epgDn, mac: machine.mac });
      await sleep(250);
      appear(stage, machine, machine.leaf);
    },
  };
};

const move: Draw = (script) => {
  const machine = settled(script);
  if (machine === undefined) return undefined;
  machine.leaf = machine.leaf === 101 ? 102 : 101;
  const { leaf } = machine;
  return {
    title: `${machine.address} moves to leaf ${leaf}`,
    act: ({ world }) => world.fabric.endpoints.move({ epgDn, mac: machine.mac }, { nodes: [leaf] }),
  };
};

const reload: Draw = (script) => {
  if (script.touched.has('leaf')) return undefined;
  script.touched.add('leaf');
  const first = script.random.pick(['endpoints', 'node'] as const);
  return {
    title: `leaf ${reloading} reloads; the ${first === 'node' ? 'node is' : 'endpoints are'} reported first`,
    act({ world, healing }) {
      world.fabric.leaf.reload(reloading, { first, for: 40_000, lagMs: 500 });
      healing.push(() => {
        world.fabric.leaf.commission(reloading);
      });
    },
  };
};

const noise: Draw = () => ({
  title: 'endpoints are reported anew, with nothing new',
  act: ({ world }) => world.fabric.endpoints.noise(),
});

export const machineSteps: readonly Draw[] = [learn, learn, learn, age, age, blink, move, reload, noise];
