/**
 * What `plan`, `apply --once` and `explain` share: everything is read once, `work` looks at it, everything is let go.
 */
import { openAppCenter } from '../app-center/host.ts';
import type { Product } from '../compose.ts';
import { readConfigured } from '../config/live.ts';
import { checkSecrets } from '../config/load-document.ts';
import { ownPlace, type CommonOptions } from '../config/options.ts';
import { createLogger } from '../logging.ts';

export interface OnceOptions extends CommonOptions {
  readonly dryRun: boolean;
}

/** Logs go to stderr, so that stdout carries only the answer. */
export async function once<T>(options: OnceOptions, work: (product: Product) => Promise<T>): Promise<T> {
  const { document, secrets } = await readConfigured(options);
  checkSecrets(document, secrets);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('interrupted')));
  const logger = createLogger(options.logLevel === 'info' ? 'warn' : options.logLevel, process.stderr);
  const { clockRate, dataDir, dryRun } = options;
  const { compose } = await import('../compose.ts');
  const host = ownPlace && openAppCenter(ownPlace, { log: logger });
  host?.keepIn({ dataDir, lookOnly: dryRun });
  const product = compose(
    {
      document,
      secrets,
      dataDir,
      logger,
      clockRate,
      dryRun,
      host,
      configPath: options.config,
      ownsDirectory: !dryRun,
    },
    stop.signal,
  );
  try {
    product.fleet.start();
    await product.fleet.settled();
    return await work(product);
  } finally {
    stop.abort(new Error('done'));
    await product.fleet.stopped();
    product.ledger.close();
  }
}
