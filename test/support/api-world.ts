/**
 * Everything that the API needs beside status and figures, in memory and typed as the real ones: for tests of the API and of
 * the page. Fabric `dc1`; people `admin`/`admin-password`, `operator`/`operator-password`, `viewer`/`viewer-password`.
 */
import type { RoutesOptions } from '../../backend/api/routes/options.ts';
import type { Act, Role } from '../../backend/model/person.ts';
import { fakeAccess } from './api-world/access.ts';
import type { FakeAccess } from './api-world/access.ts';
import { fakeAddresses } from './api-world/addresses.ts';
import { fakeConfiguration } from './api-world/configuration.ts';
import type { FakeConfiguration } from './api-world/configuration.ts';
import { fakeHistory } from './api-world/history.ts';
import { fakeActs, fakePreviews, fakeTests } from './api-world/trials.ts';

export interface FakePortsOptions {
  /** What whoever is not signed in may do; null: nothing. Default admin. */
  readonly anonymous?: Role | null;
  /** No administrator yet: the code is `claim-code`. */
  readonly unclaimed?: boolean;
  /** How many there are. Default 1000. */
  readonly addresses?: number;
  /** How many entries the history has. Default 300. */
  readonly history?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** The file that the configuration is said to be read from. */
  readonly readOnly?: string;
  /** Start without clusters, fabrics, load balancers and mappings. */
  readonly empty?: boolean;
}

export type Ports = Omit<RoutesOptions, 'version' | 'status' | 'metrics' | 'ready'>;

export interface FakePorts extends Ports {
  readonly access: FakeAccess;
  readonly configuration: FakeConfiguration;
  /** What was audited. */
  readonly audited: Act[];
  /** What the acts were asked to do, in words. */
  readonly acted: string[];
}

export function fakePorts(options: FakePortsOptions = {}): FakePorts {
  const { now = () => Date.now() } = options;
  const audited: Act[] = [];
  const acted: string[] = [];
  return {
    access: fakeAccess({
      anonymous: options.anonymous === undefined ? 'admin' : options.anonymous,
      now,
      unclaimed: options.unclaimed ?? false,
    }),
    configuration: fakeConfiguration({
      now,
      readOnly: options.readOnly ?? null,
      empty: options.empty ?? false,
    }),
    acts: fakeActs(acted),
    previews: fakePreviews(),
    tests: fakeTests(now),
    history: fakeHistory(options.history ?? 300, now),
    addresses: fakeAddresses(options.addresses ?? 1000),
    audit: { act: (act) => void audited.push(act) },
    audited,
    acted,
  };
}
