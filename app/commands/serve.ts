/**
 * `serve`: follows sources and keeps systems in step until it is stopped; answers HTTP meanwhile.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdirSync } from 'node:fs';
import type { Command } from 'commander';
import type { Readiness } from '../../backend/api/ports.ts';
import { systemClock } from '../../backend/model/clock.ts';
import { ProblemError } from '../../backend/model/problems.ts';
import { lockDirectory } from '../../backend/store/lock.ts';
import type { Product } from '../compose.ts';
import { checkSecrets, loadDocument } from '../config/load-document.ts';
import {
  listenOption,
  secretsFor,
  withCommonOptions,
  type CommonOptions,
  type ListenAddress,
} from '../config/options.ts';
import { createLogger, type Logger } from '../logging.ts';
import { loadAssets } from '../assets.ts';
import { version } from '../version.ts';

interface ServeOptions extends CommonOptions {
  readonly listen: ListenAddress;
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost']);

export function addServe(program: Command): void {
  withCommonOptions(program.command('serve'))
    .description('follow the sources and keep every system in step')
    .addOption(listenOption())
    .action((options: ServeOptions) => serve(options));
}

async function serve(options: ServeOptions): Promise<void> {
  const logger = createLogger(options.logLevel);
  const document = loadDocument(options.config);
  const secrets = secretsFor(options.config);
  checkSecrets(document, secrets);
  refuseOpenListen(options.listen);
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const lock = lockDirectory(options.dataDir);
  const stop = stopOnSignals(logger);
  try {
    // Loaded here, so that commands which do not need it start at once.
    const { compose } = await import('../compose.ts');
    const { clockRate, dataDir } = options;
    const product = compose(
      { document, secrets, dataDir, logger, clockRate, configPath: options.config, ownsDirectory: true },
      stop.signal,
    );
    try {
      product.fleet.start();
      const server = await listen(options.listen, product, logger, stop.signal);
      await keepInStep(product, stop.signal);
      await new Promise((closed) => server.close(closed));
    } finally {
      stop.abort(new Error('the end'));
      await product.fleet.stopped();
      product.ledger.close();
    }
  } finally {
    lock.release();
  }
  logger.info({}, 'stopped');
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

/** Until there is access control, only this machine may ask. */
function refuseOpenListen({ host }: ListenAddress): void {
  if (loopback.has(host)) return;
  throw new ProblemError(
    'request.invalid',
    `--listen ${host}: only loopback (127.0.0.1) until there is access control`,
  );
}

async function listen(
  { host, port }: ListenAddress,
  product: Product,
  logger: Logger,
  signal: AbortSignal,
): Promise<Server> {
  const { createApi } = await import('../../backend/api/express-api.ts');
  const app = createApi({
    version,
    status: product.status,
    metrics: product.metrics,
    ready: () => readiness(product),
    assets: await loadAssets(),
    clock: systemClock(),
    log: logger,
    signal,
  });
  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new ProblemError('request.invalid', `--listen ${host}:${port}: ${cause.code ?? cause.message}`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  logger.info({ url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/` }, 'listening');
  return server;
}

/** Ready when every source and system has been asked once: an unreachable cluster is shown, and is no reason not to be ready. */
function readiness({ fleet }: Product): Readiness {
  return fleet.isSettled
    ? { ready: true, detail: 'ready' }
    : { ready: false, detail: 'first reading of sources and systems' };
}
