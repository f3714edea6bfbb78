/**
 * Networks of containers: one namespace each, with a link to the machine whose end there is the default gateway, as the
 * bridge of an APIC is. The container reaches the machine's own addresses through it, and nothing beyond.
 */
import { ip } from './command.ts';
import { linkName, namespaceName } from './names.ts';

/** Set aside for tests of networks by RFC 2544: nobody's real network. */
const range = '198.18';
const outsideRange = '198.19.255';

export interface ContainerNetwork {
  readonly namespace: string;
  /** The machine's end: the container's default gateway. */
  readonly gateway: string;
  /** The container's end. */
  readonly address: string;
  remove(): Promise<void>;
}

let made = 0;

export async function makeNetwork(): Promise<ContainerNetwork> {
  const index = (made += 1);
  const namespace = namespaceName(index);
  const link = linkName('v', index);
  const third = await freeThird();
  const [gateway, address] = [`${range}.${third}.1`, `${range}.${third}.2`];
  const inside = (...args: string[]): Promise<string> => ip('-n', namespace, ...args);
  await ip('netns', 'add', namespace);
  try {
    await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
    await ip('addr', 'add', `${gateway}/30`, 'dev', link);
    await ip('link', 'set', link, 'up');
    await inside('link', 'set', 'lo', 'up');
    await inside('addr', 'add', `${address}/30`, 'dev', 'eth0');
    await inside('link', 'set', 'eth0', 'up');
    await inside('route', 'add', 'default', 'via', gateway);
  } catch (error) {
    await ip('netns', 'del', namespace);
    throw error;
  }
  return {
    namespace,
    gateway,
    address,
    async remove() {
      // The link goes with the namespace, but some time after the command has returned.
      await ip('link', 'del', link).catch(() => undefined);
      await ip('netns', 'del', namespace);
    },
  };
}

/** An address of the machine that containers reach wherever they run, for systems that are not the APIC. */
export async function makeOutsideAddress(): Promise<{ readonly address: string; remove(): Promise<void> }> {
  const index = (made += 1);
  const link = linkName('o', index);
  const used = await addresses();
  const last = numbers(1, 254).find((each) => !used.has(`${outsideRange}.${each}`));
  if (last === undefined) throw new Error(`no address of ${outsideRange}.0/24 is free`);
  await ip('link', 'add', link, 'type', 'veth', 'peer', 'name', linkName('p', index));
  await ip('addr', 'add', `${outsideRange}.${last}/32`, 'dev', link);
  await ip('link', 'set', link, 'up');
  return {
    address: `${outsideRange}.${last}`,
    async remove() {
      await ip('link', 'del', link);
    },
  };
}

async function freeThird(): Promise<number> {
  const used = await addresses();
  const third = numbers(1, 254).find((each) => !used.has(`${range}.${each}.1`));
  if (third === undefined) throw new Error(`no network of ${range}.0.0/16 is free`);
  return third;
}

interface ShownLink {
  readonly addr_info: readonly { readonly local?: string }[];
}

async function addresses(): Promise<Set<string>> {
  const shown = JSON.parse(await ip('-4', '-j', 'addr', 'show')) as ShownLink[];
  return new Set(shown.flatMap((link) => link.addr_info.flatMap(({ local }) => local ?? [])));
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, offset) => from + offset);
}
