/** Every cluster, fabric and load balancer: where it is, how it stands, and what to do about it. */
import type { JSX } from 'preact';
import type { ConfigurationModel } from '../../../backend/api/contract/configuration.ts';
import { LockNotice } from '../../forms/lock-notice.tsx';
import { lockOf } from '../../forms/lock.ts';
import { systemKindOf } from '../../forms/logic/system-draft.ts';
import type { SystemCollection } from '../../forms/logic/system-draft.ts';
import { useConfiguration } from '../../forms/use-configuration.ts';
import type { App } from '../../live/app.ts';
import { linkTo } from '../../live/location.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Empty, Section } from '../../parts/section.tsx';
import type { PageProps } from '../page-entry.ts';
import { standingOf } from './standing.ts';
import { SystemRow } from './system-row.tsx';

const sections: readonly {
  readonly collection: SystemCollection;
  readonly title: string;
  readonly none: string;
}[] = [
  {
    collection: 'clusters',
    title: 'Clusters',
    none: 'Addresses of pods, Services and nodes come from clusters.',
  },
  {
    collection: 'fabrics',
    title: 'Fabrics',
    none: 'External EPGs and redirect policies are kept on a fabric.',
  },
  {
    collection: 'loadBalancers',
    title: 'Load balancers',
    none: 'Pools are kept on a BIG-IP or a HAProxy. Only if you have one.',
  },
];

export function SystemsPage({ app }: PageProps): JSX.Element {
  const configuration = useConfiguration(app);
  const lock = lockOf(app, () => configuration.value?.readOnly).value;
  const { value } = configuration;
  return (
    <>
      <PageHead
        title="Sources and systems"
        note="Where addresses come from, and where they are written to"
        actions={<AddLink lock={value === undefined ? undefined : lock} />}
      />
      {value !== undefined && <LockNotice reason={lock} />}
      {configuration.problem !== undefined && <ProblemNote problem={configuration.problem} />}
      {value === undefined ? (
        configuration.problem === undefined && <p class="muted">Reading what is declared…</p>
      ) : (
        <Declared app={app} value={value} lock={lock} onChanged={configuration.again} />
      )}
    </>
  );
}

/** A link that cannot be followed says why, and keeps its place. */
export function AddLink({ lock, kind }: { lock: string | undefined; kind?: string }): JSX.Element {
  if (lock === undefined)
    return (
      <a class="button primary" href={linkTo('/systems/add', kind === undefined ? {} : { kind })}>
        Add
      </a>
    );
  return (
    <span class="button" role="link" aria-disabled="true" title={lock}>
      Add
    </span>
  );
}

interface DeclaredProps {
  readonly app: App;
  readonly value: ConfigurationModel;
  readonly lock: string | undefined;
  readonly onChanged: () => void;
}

function Declared({ app, value, lock, onChanged }: DeclaredProps): JSX.Element {
  const { document } = value;
  const summary = app.store.summary.value;
  const nothing = sections.every(({ collection }) => document[collection].length === 0);
  if (nothing)
    return (
      <Empty title="Nothing is connected yet">
        Add the fabric first, then a cluster: each is tried before it is saved, and nothing is written to a
        fabric until a mapping says so.
      </Empty>
    );
  return (
    <>
      {sections.map(({ collection, title, none }) => (
        <Section key={collection} id={collection} title={title}>
          {document[collection].length === 0 ? (
            <p class="muted none-yet">None yet. {none}</p>
          ) : (
            <ul class="system-list">
              {document[collection].map((entry) => (
                <li key={entry.name}>
                  <SystemRow
                    app={app}
                    kind={systemKindOf(collection, entry)}
                    entry={entry}
                    standing={standingOf(summary, collection, entry.name)}
                    mappings={document.mappings}
                    lock={lock}
                    onChanged={onChanged}
                  />
                </li>
              ))}
            </ul>
          )}
        </Section>
      ))}
    </>
  );
}
