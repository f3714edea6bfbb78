/**
 * The options that only `serve` has, each also as `KUBESYNC_…` in the environment.
 */
import { Option, type Command } from 'commander';
import type { Role } from '../../backend/model/person.ts';
import { listenOption, ownPlace, type ListenAddress } from './options.ts';

export interface ServeOptions {
  readonly listen: ListenAddress;
  /** What whoever is not signed in may do; absent: nothing. */
  readonly anonymous?: Role;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy: boolean;
  /** While there is no local administrator, the log has a code that makes one. */
  readonly localAdministrator: boolean;
  /** The fabric in whose GUI the page runs, by App Center. */
  readonly appCenter?: string;
}

export function addServeOptions(command: Command): Command {
  return command
    .addOption(listenOption())
    .addOption(
      new Option('--anonymous <role>', 'what whoever is not signed in may do; on loopback only')
        .env('KUBESYNC_ANONYMOUS')
        .choices(['viewer', 'operator', 'admin']),
    )
    .addOption(new Option('--tls-cert <file>', 'certificate chain, PEM').env('KUBESYNC_TLS_CERT'))
    .addOption(new Option('--tls-key <file>', 'its key, PEM').env('KUBESYNC_TLS_KEY'))
    .addOption(
      new Option('--behind-proxy', 'a proxy speaks TLS, and its X-Forwarded-… headers are believed')
        .env('KUBESYNC_BEHIND_PROXY')
        .default(ownPlace !== undefined),
    )
    .addOption(
      new Option('--local-administrator', 'log a one-time code that makes one (off on an APIC)')
        .env('KUBESYNC_LOCAL_ADMINISTRATOR')
        .default(ownPlace === undefined),
    )
    .addOption(
      new Option(
        '--app-center <fabric>',
        'show the page in this fabric’s GUI, to whoever is signed in there',
      ).env('KUBESYNC_APP_CENTER'),
    );
}
