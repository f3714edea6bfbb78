/**
 * `serve`: follows sources and keeps systems in step until it is stopped; answers HTTP meanwhile.
 */
import type { Server } from 'node:http';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createAccess } from '../../backend/access/access.ts';
import type { Access } from '../../backend/api/ports.ts';
import { systemClock } from '../../backend/model/clock.ts';
import { ProblemError, type Problem } from '../../backend/model/problems.ts';
import { openAccessFile, type AccessFile } from '../../backend/store/access/access-file.ts';
import type { LiveConfiguration } from '../../backend/store/configuration/live-configuration.ts';
import { openHistory, type History } from '../../backend/store/history/history.ts';
import { lockDirectory } from '../../backend/store/lock.ts';
import type { Product } from '../compose.ts';
import { checkSecrets } from '../config/load-document.ts';
import { openLiveConfiguration, secretsFor } from '../config/live.ts';
import { withCommonOptions, type CommonOptions } from '../config/options.ts';
import { addServeOptions, type ServeOptions } from '../config/serve-options.ts';
import type { Secrets } from '../config/secrets.ts';
import { createPeople, type People } from '../people.ts';
import { onlyLoopbackNames } from '../hosts.ts';
import { createLogger, type Logger } from '../logging.ts';
import {
  checkListenRules,
  createListener,
  isLoopback,
  tlsFilesOf,
  trustProxyOf,
  type ListenRules,
} from '../tls.ts';

export function addServe(program: Command): void {
  addServeOptions(withCommonOptions(program.command('serve')))
    .description('follow the sources and keep every system in step')
    .action((options: CommonOptions & ServeOptions) => serve(options));
}

type Options = CommonOptions & ServeOptions;

/** What is open as long as the process serves. */
interface Stores {
  readonly configuration: LiveConfiguration;
  readonly secrets: Secrets;
  readonly history: History;
  readonly access: Access;
  readonly accessFile: AccessFile;
  readonly people: People;
}

async function serve(options: Options): Promise<void> {
  const logger = createLogger(options.logLevel);
  checkOptions(options);
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(options.dataDir);
  const stop = stopOnSignals(logger);
  try {
    const stores = await openStores(options, logger);
    try {
      await serveFrom(stores, options, { logger, stop });
    } finally {
      await closeStores(stores);
    }
  } finally {
    lock.release();
  }
  logger.info({}, 'stopped');
}

async function openStores(options: Options, logger: Logger): Promise<Stores> {
  const clock = systemClock();
  const configuration = await openLiveConfiguration(options, { clock, log: logger });
  const secrets = secretsFor(options, configuration);
  // A file that names what cannot be read is corrected before the start; what is entered in the page is shown there.
  if (options.config !== undefined) checkSecrets(configuration.document(), secrets);
  const { history: bounds } = configuration.document().settings;
  const path = join(options.dataDir, 'history.db');
  const history = openHistory({ path, clock, bounds, log: logger });
  const people = createPeople({ document: () => configuration.document(), secrets });
  const accessFile = openAccessFile(options.dataDir);
  for (const each of accessFile.problems())
    logger.error({ ...each }, 'who may sign in was not found as it was left');
  const access = createAccess({
    store: accessFile,
    users: () => people.users(),
    settings: () => configuration.document().settings.access,
    anonymous: options.anonymous,
    appCenterFabric: options.appCenter,
    clock,
    onClaimCode: (code) => logger.warn({ code }, claimHint),
  });
  return { configuration, secrets, history, access, accessFile, people };
}

const claimHint =
  'nobody can sign in yet: open the page and enter this code once, within 24 hours; another start makes another code';

async function closeStores({ configuration, history, people }: Stores): Promise<void> {
  await configuration.close();
  await history.close();
  await people.close();
}

/** What serving itself needs beside the stores. */
interface Running {
  readonly logger: Logger;
  readonly stop: AbortController;
}

async function serveFrom(stores: Stores, options: Options, { logger, stop }: Running): Promise<void> {
  const { configuration } = stores;
  // Loaded here, so that commands which do not need it start at once.
  const { compose } = await import('../compose.ts');
  const product: Product = compose(
    {
      ...stores,
      document: configuration.document(),
      dataDir: options.dataDir,
      logger,
      clockRate: options.clockRate,
      configPath: options.config,
      ownsDirectory: true,
      followAll: options.config === undefined,
      problems: () => problemsOf(stores, product),
    },
    stop.signal,
  );
  followConfiguration(stores, product, logger);
  try {
    product.fleet.start();
    const server = await listen(stores, product, options, { logger, stop });
    await keepInStep(product, stop.signal);
    await new Promise((closed) => server.close(closed));
  } finally {
    stop.abort(new Error('the end'));
    await product.fleet.stopped();
    product.ledger.close();
  }
}

/** Of the stores, as the page shows them. */
function problemsOf({ configuration, history, accessFile }: Stores, { ledger }: Product): readonly Problem[] {
  return [
    ...configuration.problems(),
    ...accessFile.problems(),
    ...[ledger.problem, history.problem].filter((each) => each !== undefined),
  ];
}

/** What is declared otherwise takes effect while everything else runs on. */
function followConfiguration(stores: Stores, product: Product, logger: Logger): void {
  const { configuration, history, accessFile } = stores;
  configuration.onChange(async (document) => {
    await product.setDocument(document);
    history.setBounds(document.settings.history);
    logger.info({ mappings: document.mappings.length }, 'another configuration is in force');
  });
  const tell = (): void => product.status.touch();
  configuration.onProblem(tell);
  history.onProblem(tell);
  accessFile.onProblem(tell);
  product.ledger.onProblem(tell);
}

async function listen(
  stores: Stores,
  product: Product,
  options: Options,
  { logger, stop }: Running,
): Promise<Server> {
  const { createFace } = await import('../face.ts');
  const { listenerLimits } = await import('../../backend/api/express-api.ts');
  const { createTests } = await import('../inspect.ts');
  const { configuration, secrets } = stores;
  const tests = createTests({
    clock: product.clock,
    secrets,
    entry: (collection, name) =>
      configuration.current().document[collection].find((each) => each.name === name),
    identities: () => product.identities(),
  });
  const { appCenter: appCenterFabric } = options;
  const app = await createFace({ ...stores, product, tests, logger, appCenterFabric, signal: stop.signal });
  app.set('trust proxy', trustProxyOf(options.behindProxy));
  const listener = await createListener({
    ...listenRules(options),
    handler: options.anonymous === undefined ? app : onlyLoopbackNames(app),
    limits: listenerLimits,
    log: logger,
    clock: systemClock(),
    signal: stop.signal,
  });
  logger.info({ url: listener.url }, 'listening');
  return listener.server;
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
