/** What holds for everything: rules, the document as a whole, who may come in. */
import type { FunctionComponent, JSX } from 'preact';
import type { RoleModel } from '../../../backend/api/contract/access.ts';
import type { App } from '../../live/app.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { Empty } from '../../parts/section.tsx';
import type { PageProps } from '../page-entry.ts';
import { About } from './about.tsx';
import { Account } from './account.tsx';
import { DocumentSettings } from './document.tsx';
import { Rules } from './rules.tsx';
import { Tokens } from './tokens.tsx';
import { Versions } from './versions.tsx';

interface Part {
  readonly id: string;
  readonly title: string;
  readonly role: RoleModel;
  readonly component: FunctionComponent<{ readonly app: App }>;
}

const parts: readonly Part[] = [
  { id: 'rules', title: 'Rules', role: 'viewer', component: Rules },
  { id: 'document', title: 'Document', role: 'viewer', component: DocumentSettings },
  { id: 'versions', title: 'Versions', role: 'viewer', component: Versions },
  { id: 'tokens', title: 'API tokens', role: 'admin', component: Tokens },
  { id: 'account', title: 'Account', role: 'viewer', component: Account },
  { id: 'about', title: 'About', role: 'viewer', component: About },
];

export function SettingsPage({ app, params }: PageProps): JSX.Element {
  const { section = 'rules' } = params;
  const part = parts.find(({ id }) => id === section);
  const Component = part?.component;
  return (
    <>
      <PageHead title="Settings" />
      <nav class="tabs" aria-label="Settings">
        {parts.map(({ id, title }) => (
          <a key={id} href={`#/settings/${id}`} aria-current={id === section ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      {part === undefined || Component === undefined ? (
        <Empty title="No such settings">Choose one of the parts above.</Empty>
      ) : app.session.may(part.role) ? (
        <Component app={app} />
      ) : (
        <Empty title={`${part.title} are for the role ${part.role}`}>
          You are here as {app.session.person.value?.role ?? 'nobody'}.
        </Empty>
      )}
    </>
  );
}
