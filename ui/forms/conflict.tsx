/** Somebody else saved the entry meanwhile: who, what, and what to do about it. */
import type { JSX } from 'preact';
import type { Collection, DifferenceLine, EntryModel } from '../../backend/api/contract/configuration.ts';
import type { App } from '../live/app.ts';
import { formatAgo, formatMoment } from '../logic/format.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useRequest } from '../parts/use-request.ts';
import { differenceOf } from './logic/difference.ts';
import type { Written } from './logic/written.ts';

interface ConflictProps {
  readonly app: App;
  readonly collection: Collection;
  readonly name: string;
  /** As it was when editing began. */
  readonly base: Written;
  readonly mine: Written;
  readonly onTakeTheirs: (theirs: EntryModel) => void;
  /** Sends mine again, over what is there now; undefined: nothing is there any more. */
  readonly onPutMine: (theirs: EntryModel | undefined) => void;
  readonly onClose: () => void;
}

export function Conflict(props: ConflictProps): JSX.Element {
  const { app, collection, name, onClose } = props;
  const { value: theirs, problem } = useRequest(
    () => app.requests.entry(collection, name),
    [collection, name],
  );
  const gone = problem?.code === 'request.not-found';
  return (
    <Dialog title={`${name} was changed meanwhile`} onClose={onClose} wide>
      {theirs === undefined && problem === undefined && <p class="muted">Reading what is there now…</p>}
      {gone && <p>Somebody removed it while you were editing. You can save yours as a new one.</p>}
      {problem !== undefined && !gone && <ProblemNote problem={problem} />}
      {theirs !== undefined && <Versions {...props} theirs={theirs} />}
      <Ways {...props} theirs={theirs} gone={gone} />
    </Dialog>
  );
}

type WaysProps = Pick<ConflictProps, 'onClose' | 'onTakeTheirs' | 'onPutMine'> & {
  readonly theirs: EntryModel | undefined;
  readonly gone: boolean;
};

function Ways({ onClose, onTakeTheirs, onPutMine, theirs, gone }: WaysProps): JSX.Element {
  return (
    <div class="dialog-buttons">
      <Button onClick={onClose}>Go on editing</Button>
      {theirs !== undefined && <Button onClick={() => onTakeTheirs(theirs)}>Take theirs</Button>}
      {theirs !== undefined && (
        <Button kind="danger" onClick={() => onPutMine(theirs)}>
          Put mine over it
        </Button>
      )}
      {gone && (
        <Button kind="primary" onClick={() => onPutMine(undefined)}>
          Save mine as new
        </Button>
      )}
    </div>
  );
}

function Versions({ app, base, mine, theirs }: ConflictProps & { theirs: EntryModel }): JSX.Element {
  const { by, at, entry } = theirs;
  return (
    <>
      <p>
        <strong>{by}</strong> saved it{' '}
        <time title={formatMoment(at, app.zone.value)}>{formatAgo(at, app.store.now.value)}</time>, after you
        began. Nothing of yours is lost yet.
      </p>
      <div class="versions">
        <Version title={`What ${by} changed`} lines={differenceOf(base, entry)} />
        <Version title="What you changed" lines={differenceOf(base, mine)} />
      </div>
      <p class="muted">
        <em>Take theirs</em> drops what you changed. <em>Put mine over it</em> saves yours as a whole: what{' '}
        {by} changed is gone then, but stays in the versions of the configuration.
      </p>
    </>
  );
}

function Version({ title, lines }: { title: string; lines: readonly DifferenceLine[] }): JSX.Element {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {lines.length === 0 ? (
        <p class="muted">Nothing</p>
      ) : (
        <dl class="difference">
          {lines.map(({ path, before, after }) => (
            <div key={path}>
              <dt>
                <code>{path}</code>
              </dt>
              <dd>
                {before !== null && <del>{before}</del>} {after !== null && <ins>{after}</ins>}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
