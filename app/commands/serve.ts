/**
 * `serve`: follows sources and keeps systems in step until it is stopped; answers HTTP meanwhile.
 *
 * In: the options of the command line, and signals. Out: the order in which things begin and end, whatever hangs or fails. What is
 * open meanwhile is in stores.ts, what is made of it in compose.ts.
 */
import type { Command } from 'commander';
import { systemClock } from '../../backend/model/clock.ts';
import { problem, ProblemError, problemOf } from '../../backend/model/problems.ts';
import { diskOf, type PatientDisk } from '../../backend/store/file/disk.ts';
import { checkFormats } from '../../backend/store/formats.ts';
import { lockDirectory } from '../../backend/store/lock.ts';
import { awaitDirectory } from '../../backend/store/thread/await-directory.ts';
import { StorageThread } from '../../backend/store/thread/storage-thread.ts';
import { beginning, whenKeyIsOutOfReach, type Beginning } from '../app-center/beginning.ts';
import { proxyOfApic } from '../app-center/gateway.ts';
import type { AppCenter } from '../app-center/host.ts';
import { openJournal, type Journal } from '../app-center/journal.ts';
import type { Privileges } from '../app-center/privileges.ts';
import type { Product } from '../compose.ts';
import { ownPlace, withCommonOptions, type CommonOptions } from '../config/options.ts';
import { addServeOptions, type ServeOptions } from '../config/serve-options.ts';
import { takeNotedActs } from '../noted-acts.ts';
import { onlyLoopbackNames } from '../hosts.ts';
import type { Logger } from '../logging.ts';
import { closeStores, guiOf, openStores, problemsOf, type Stores } from '../stores.ts';
import {
  checkListenRules,
  createListener,
  isLoopback,
  tlsFilesOf,
  trustOnly,
  trustProxyOf,
  type Listener,
  type ListenRules,
} from '../tls.ts';

export function addServe(program: Command): void {
  addServeOptions(withCommonOptions(program.command('serve')))
    .description('follow the sources and keep every system in step')
    .action((options: CommonOptions & ServeOptions) => serve(options));
}

type Options = CommonOptions & ServeOptions;

/** What there is before the data directory has answered. */
interface Held {
  readonly storage: StorageThread;
  readonly stop: AbortController;
  readonly journal: Journal;
}

async function serve(options: Options): Promise<void> {
  checkOptions(options);
  const journal = openJournal({ level: options.logLevel, folder: ownPlace?.logDir });
  const { logger } = journal;
  const stop = stopOnSignals(logger);
  const storage = new StorageThread();
  try {
    await awaitDirectory(options.dataDir, storage, { log: logger, signal: stop.signal });
    await serveOnDisk(options, { storage, stop, journal });
  } finally {
    await endWithoutTheDisk(storage, journal);
    await endWithoutTheLog(journal);
    storage.close();
  }
}

async function serveOnDisk(options: Options, held: Held): Promise<void> {
  const { logger } = held.journal;
  try {
    await serveAs(options, { ...held, ...beginning(options.dataDir, held.journal) });
    logger.info({}, 'stopped');
  } catch (thrown) {
    // On an APIC nobody sees what the process says at its end; and who is killed there says nothing more.
    if (ownPlace !== undefined) logger.error({ ...problemOf(thrown) }, 'ended');
    throw thrown;
  }
}

async function serveAs(
  options: Options,
  { journal, appCenter, privileges, storage, stop }: Held & Beginning,
): Promise<void> {
  const { logger } = journal;
  const lock = lockDirectory(options.dataDir);
  const disk = diskOf(storage);
  try {
    checkFormats(options.dataDir);
    const stores = await openStores(options, { logger, appCenter, storage, disk });
    try {
      await serveFrom(stores, options, { logger, stop, privileges });
    } finally {
      await closeStores(stores);
    }
  } catch (thrown) {
    // Who is killed below tells nobody else.
    if (storage.silentSince !== undefined) logger.error({ ...problemOf(thrown) }, 'ended');
    throw thrown;
  } finally {
    sayWhatIsInDoubt(disk, logger);
    await endWithoutTheDisk(storage, journal);
    lock.release();
  }
}

function sayWhatIsInDoubt({ inDoubt }: PatientDisk, logger: Logger): void {
  if (inDoubt.length === 0) return;
  logger.error({ files: inDoubt }, 'what was refused last of these files may be in effect after a restart');
}

/**
 * Trap: a process does not end before its threads do, and they hang in the disk. Who stopped it is not to wait for that; the
 * directory's lock ends with the process.
 */
async function endWithoutTheDisk(storage: StorageThread, { logger, close }: Journal): Promise<void> {
  if (storage.silentSince === undefined) return;
  logger.error({}, 'ended while the data directory does not answer: what was kept in memory alone is lost');
  await close();
  process.kill(process.pid, 'SIGKILL');
}

/** The same trap: what is asked of the folder of the log hangs in a thread too. */
async function endWithoutTheLog({ logger, close }: Journal): Promise<void> {
  if (await close()) return;
  logger.error(
    {},
    'ended while the folder of the log does not answer: what came last is on standard output alone',
  );
  process.kill(process.pid, 'SIGKILL');
}

/** What serving itself needs beside the stores. */
interface Running {
  readonly logger: Logger;
  readonly stop: AbortController;
  readonly privileges: Privileges;
}

async function serveFrom(stores: Stores, options: Options, running: Running): Promise<void> {
  const { configuration, appCenter } = stores;
  const { logger, stop } = running;
  // Loaded here, so that commands which do not need it start at once.
  const { compose } = await import('../compose.ts');
  const product: Product = compose(
    {
      ...stores,
      document: configuration.document(),
      dataDir: options.dataDir,
      logger,
      clockRate: options.clockRate,
      host: appCenter,
      configPath: options.config,
      ownsDirectory: true,
      followAll: options.config === undefined,
      problems: () => problemsOf(stores, product),
    },
    stop.signal,
  );
  followConfiguration(stores, product, logger);
  const { ledger, clock } = product;
  void takeNotedActs({ ledger, clock, history: stores.history, log: logger }, stop.signal);
  try {
    product.fleet.start();
    const listener = await listen(stores, product, options, running);
    if (appCenter !== undefined) void endForAnotherKey(appCenter, running);
    await keepInStep(product, stop.signal).finally(() => listener.close());
  } finally {
    stop.abort(new Error('the end'));
    await product.fleet.stopped();
    product.ledger.close();
  }
}

/** What is declared otherwise takes effect while everything else runs on. */
function followConfiguration(stores: Stores, product: Product, logger: Logger): void {
  const { appCenter, configuration, history, accessFile } = stores;
  configuration.onChange(async (document) => {
    await product.setDocument(document);
    history.setBounds(document.settings.history);
    logger.info({ mappings: document.mappings.length }, 'another configuration is in force');
  });
  const tell = (): void => product.status.touch();
  configuration.onProblem(tell);
  history.onProblem(tell);
  accessFile.onProblem(tell);
  appCenter?.onProblem(tell);
  product.ledger.onProblem(tell);
}

async function listen(
  stores: Stores,
  product: Product,
  options: Options,
  { logger, stop, privileges }: Running,
): Promise<Listener> {
  const { createFace } = await import('../face.ts');
  const { listenerLimits } = await import('../../backend/api/express-api.ts');
  const { createTests } = await import('../inspect.ts');
  const { appCenter, configuration, secrets } = stores;
  const tests = createTests({
    clock: product.clock,
    secrets,
    host: appCenter,
    entry: (collection, name) =>
      configuration.current().document[collection].find((each) => each.name === name),
    identities: () => product.identities(),
  });
  const appCenterFabric = (): string | undefined => guiOf(options, configuration);
  const app = await createFace({ ...stores, product, tests, logger, appCenterFabric, signal: stop.signal });
  app.set(
    'trust proxy',
    appCenter === undefined ? trustProxyOf(options.behindProxy) : trustOnly(proxyOfApic()),
  );
  const listener = await privileges.privileged(() =>
    createListener({
      ...listenRules(options),
      handler: options.anonymous === undefined ? app : onlyLoopbackNames(app),
      limits: listenerLimits,
      log: logger,
      clock: systemClock(),
      signal: stop.signal,
    }),
  );
  privileges.drop();
  logger.info({ url: listener.url }, 'listening');
  return listener;
}

function listenRules({ listen, behindProxy, ...files }: Options): ListenRules {
  return { listen, behindProxy, tls: tlsFilesOf(files) };
}

/** What is asked for at the start is checked before anything is opened. */
function checkOptions(options: Options): void {
  checkListenRules(listenRules(options));
  if (options.anonymous === undefined) return;
  if (options.behindProxy)
    throw new ProblemError(
      'request.invalid',
      `--anonymous ${options.anonymous} with --behind-proxy: whoever reaches the proxy could do that; leave one of them out`,
    );
  if (isLoopback(options.listen.host)) return;
  throw new ProblemError(
    'request.invalid',
    `--anonymous ${options.anonymous} with --listen ${options.listen.host}: only on loopback (127.0.0.1), where nobody else comes`,
  );
}

/** The APIC starts an app again that ended by itself, and as root that start reads the key. */
async function endForAnotherKey({ key, place }: AppCenter, { logger, stop }: Running): Promise<void> {
  if (!(await whenKeyIsOutOfReach(key, stop.signal))) return;
  logger.error(
    { ...problem('app-center.key', `${place.keyFile} is another one, and only root may read it`) },
    'ending, to be started again with the key that the APIC gave this app',
  );
  process.exitCode = 1;
  stop.abort(new Error('another key'));
}

/** Returns when it is stopped. */
async function keepInStep({ fleet }: Product, signal: AbortSignal): Promise<void> {
  try {
    await fleet.settled();
    await fleet.run();
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}

/** A first signal stops in order; a second one ends the process at once. */
function stopOnSignals(logger: Logger): AbortController {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(1);
      logger.info({ signal: name }, 'stopping');
      stop.abort(new Error(`stopped by ${name}`));
    });
  return stop;
}
