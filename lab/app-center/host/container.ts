/**
 * The container of one app on one controller: in a network of its own, kept running. When it ends by itself it is
 * started again, as an APIC's watch over apps does.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcess } from 'node:child_process';
import type { ContainerNetwork } from './network.ts';
import { makeNetwork, type NetworkOptions } from './network.ts';
import type { Engine, Mount } from './engine.ts';
import { killAllIn, stopAllIn } from './processes.ts';

export interface ContainerOptions {
  readonly engine: Engine;
  readonly image: string;
  readonly command: readonly string[];
  readonly mounts: readonly Mount[];
  readonly output: string;
  readonly network: NetworkOptions;
  /** Lets the APIC answer at this socket of the file system; resolves when it listens. */
  readonly attach: (socket: string) => Promise<() => Promise<void>>;
}

export interface Container {
  readonly address: string;
  readonly gateway: string;
  /** In the file system; leads to its port 80. */
  readonly socket: string;
  /** How often it has ended without being asked to. */
  readonly restarts: () => number;
  readonly isRunning: () => boolean;
  /** SIGKILL to everything in it, as when memory runs out. */
  kill(): Promise<void>;
  /** Nothing of it runs afterwards; its network is kept, so that nobody else is given its addresses. */
  stop(): Promise<void>;
  /** Stopped and removed, with its network. */
  remove(): Promise<void>;
}

const restartDelayMs = 1000;
/** Of SIGTERM, before SIGKILL; as engines have it. */
const stopPatienceMs = 10_000;

export async function startContainer(options: ContainerOptions): Promise<Container> {
  const network = await makeNetwork(options.network);
  const detach = await options.attach(network.apicSocket);
  const id = await options.engine.create(options.image);
  const kept = keepRunning(options, network, id);
  const stop = async (): Promise<void> => {
    kept.release();
    await untilOver(kept, network);
  };
  return {
    address: network.address,
    gateway: network.gateway,
    socket: network.appSocket,
    restarts: kept.restarts,
    isRunning: kept.isRunning,
    kill: () => killAllIn(network),
    stop,
    async remove() {
      await stop();
      await detach();
      await network.remove();
      await options.engine.remove(id);
    },
  };
}

interface Kept {
  /** From now on it may end. */
  release(): void;
  readonly restarts: () => number;
  readonly isRunning: () => boolean;
  /** Resolves when it was released and has ended. */
  readonly over: Promise<void>;
}

function keepRunning(options: ContainerOptions, network: ContainerNetwork, container: string): Kept {
  const { namespace } = network;
  let released = false;
  let restarts = 0;
  let child: ChildProcess | undefined;
  const keep = async (): Promise<void> => {
    while (!released) {
      const { engine, mounts, command, output } = options;
      child = await engine.start({ container, namespace, mounts, command, output });
      await ended(child);
      await killAllIn(network);
      if (isReleased()) return;
      restarts += 1;
      await sleep(restartDelayMs);
    }
  };
  const isReleased = (): boolean => released;
  return {
    release: () => void (released = true),
    restarts: () => restarts,
    isRunning: () => child?.exitCode === null && child.signalCode === null,
    over: keep(),
  };
}

/** It may just have been starting, so that there was nothing to stop yet. */
async function untilOver({ over }: Kept, network: ContainerNetwork): Promise<void> {
  const isOver = over.then(() => true);
  do await stopAllIn(network, stopPatienceMs);
  while (!(await Promise.race([isOver, sleep(100, false)])));
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}
