/** One mapping: what, where and how much on the left; what that would do on the right, at every change. */
import type { JSX } from 'preact';
import type { ConfigurationModel, EntryModel } from '../../../backend/api/contract/configuration.ts';
import { newMapping } from '../../forms/logic/mapping-draft.ts';
import { isWritten, withValue } from '../../forms/logic/written.ts';
import type { Written } from '../../forms/logic/written.ts';
import type { App } from '../../live/app.ts';
import type { RequestProblem } from '../../live/request-problem.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useRequest } from '../../parts/use-request.ts';
import type { PageProps } from '../page-entry.ts';
import { trail } from './links.ts';
import { MappingEditor } from './mapping-editor.tsx';
import { namedIn } from './surroundings.ts';

/** `#/mappings/shop?field=mode` begins at a field. */
export function MappingPage({ app, params, query }: PageProps): JSX.Element {
  const { name = '' } = params;
  const { value, problem } = useRequest(
    () => Promise.all([app.requests.entry('mappings', name), app.requests.configuration()]),
    [name],
  );
  if (value === undefined) return <Reading title={name} problem={problem} />;
  const [read, configuration] = value;
  return (
    <MappingEditor
      app={app}
      read={read}
      entry={read.entry}
      named={namedIn(configuration)}
      file={configuration.readOnly}
      field={query['field']}
    />
  );
}

/** `#/mappings/new?from=shop` begins with a copy. */
export function NewMappingPage({ app, query }: PageProps): JSX.Element {
  const { value, problem } = useRequest(() => readBeginning(app, query['from']), [query['from']]);
  if (value === undefined) return <Reading title="Add a mapping" problem={problem} />;
  const [configuration, copied] = value;
  const named = namedIn(configuration);
  const entry = copied === undefined ? newMapping(named) : copyOf(copied.entry);
  return <MappingEditor app={app} entry={entry} named={named} file={configuration.readOnly} />;
}

async function readBeginning(
  app: App,
  from: string | undefined,
): Promise<[ConfigurationModel, EntryModel | undefined]> {
  return Promise.all([
    app.requests.configuration(),
    from === undefined || from === '' ? undefined : app.requests.entry('mappings', from),
  ]);
}

/** A copy has to be looked at before it writes, as any new one. */
function copyOf(entry: unknown): Written {
  const whole = withValue(isWritten(entry) ? entry : {}, 'firstContact', undefined);
  return { ...whole, name: '', mode: 'report' };
}

function Reading({ title, problem }: { title: string; problem: RequestProblem | undefined }): JSX.Element {
  return (
    <>
      <PageHead title={title} trail={trail} />
      {problem === undefined ? <p class="muted">Reading it…</p> : <ProblemNote problem={problem} />}
    </>
  );
}
