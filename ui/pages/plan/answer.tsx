/** What a person may say to what waits: yes to exactly that, or no with a reason. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PlanMapping } from '../../../backend/api/contract/models.ts';
import type { App } from '../../live/app.ts';
import { formatMoment, plural } from '../../logic/format.ts';
import {
  awaitedWords,
  countAsked,
  countsOf,
  groupsAsked,
  hasMoved,
  questionOf,
} from '../../logic/plan-acts.ts';
import { whyNot } from '../../logic/roles.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { CopyCommand } from '../../parts/copy-command.tsx';
import { CutOff } from '../../parts/cut-off.tsx';
import { TextAreaField } from '../../parts/field.tsx';
import { Shape } from '../../parts/shape.tsx';
import { useRequest } from '../../parts/use-request.ts';

interface AnswerProps {
  readonly mapping: PlanMapping;
  readonly app: App;
}

/** What somebody is about to say, and to which plan as they saw it. */
export interface Saying {
  readonly says: 'yes' | 'no';
  readonly mapping: PlanMapping;
}

/** Belongs to the page, not to the plan that it is about: that may be gone before one has said it. */
export function SayingDialog(props: { saying: Saying; app: App; onClose: () => void }): JSX.Element {
  const { saying, app, onClose } = props;
  const Dialog = saying.says === 'yes' ? Yes : No;
  return <Dialog mapping={saying.mapping} app={app} onClose={onClose} />;
}

export function Answer({ mapping, app, onSay }: AnswerProps & OnSay): JSX.Element | null {
  const question = questionOf(mapping);
  const awaited = awaitedIn(app, mapping);
  const off = whyNot(app.session.person.value, 'operator');
  if (question === undefined) return null;
  return (
    <div class={mapping.refused === null ? 'answer' : 'answer refused'}>
      <AnswerText mapping={mapping} app={app} />
      <div class="answer-buttons">
        {question === 'fingerprint' && mapping.refused === null && (
          <Button off={off} onClick={() => onSay({ says: 'no', mapping })}>
            Refuse…
          </Button>
        )}
        {awaited !== undefined && (
          <span class="muted">
            <Shape tone="held" /> It {awaited}
          </span>
        )}
        <Button kind="primary" off={off ?? awaited} onClick={() => onSay({ says: 'yes', mapping })}>
          {question === 'first' ? 'Let it go…' : 'Approve…'}
        </Button>
      </div>
    </div>
  );
}

function awaitedIn({ store }: App, mapping: PlanMapping): string | undefined {
  return awaitedWords(mapping, store.summary.value?.mappings ?? []);
}

export interface OnSay {
  readonly onSay: (saying: Saying) => void;
}

function AnswerText({ mapping, app }: AnswerProps): JSX.Element {
  const { fingerprint, refused } = mapping;
  if (refused !== null)
    return (
      <p>
        <Shape tone="held" /> <strong>Refused</strong> by {refused.by}{' '}
        <time class="muted">{formatMoment(refused.at, app.zone.value)}</time>
        {refused.reason !== '' && <>: “{refused.reason}”</>}{' '}
        <span class="muted">It stays held until it is something else, or somebody approves it.</span>
      </p>
    );
  if (fingerprint === null)
    return (
      <p>
        <strong>First contact.</strong> Nothing of this mapping is written here until somebody has looked at
        this plan and lets it go.
      </p>
    );
  return (
    <p>
      <strong>{plural(countAsked(mapping), 'change waits', 'changes wait')} for your approval</strong>,
      exactly as fingerprint <code>{fingerprint}</code>.
    </p>
  );
}

type DialogProps = AnswerProps & { readonly onClose: () => void };

/** What was looked at when the dialog opened, and whether something else waits since. */
function useSeen({ mapping, app }: AnswerProps) {
  const seen = useSignal(mapping);
  const now = app.store.plan.value?.mappings.find(
    ({ name, system }) => name === mapping.name && system === mapping.system,
  );
  const moved = hasMoved(seen.value, now);
  const look = (): void => {
    if (now !== undefined) seen.value = now;
  };
  return { seen: seen.value, now, moved, look };
}

function Moved({ of }: { of: ReturnType<typeof useSeen> }): JSX.Element {
  const { now, moved, look } = of;
  return (
    <div role="alert">
      {moved && (
        <div class="notice notice-held">
          <Shape tone="held" />
          <span>
            {now === undefined || questionOf(now) === undefined ? (
              'What you looked at does not wait any more.'
            ) : (
              <>
                Something else waits now
                {now.fingerprint !== null && (
                  <>
                    , as fingerprint <code>{now.fingerprint}</code>
                  </>
                )}
                : {plural(countAsked(now), 'change')}.{' '}
                <button type="button" class="link" onClick={look}>
                  Look at it as it is now
                </button>
              </>
            )}
          </span>
        </div>
      )}
    </div>
  );
}

/** A mapping is let go as a whole: on every system where its first plan waits. */
function letGoWith(seen: PlanMapping, app: App): readonly PlanMapping[] {
  const others = (app.store.plan.value?.mappings ?? []).filter(
    (each) => each.name === seen.name && each.system !== seen.system && questionOf(each) === 'first',
  );
  return [seen, ...others];
}

const movedWords = 'something else waits now';

function Yes({ mapping, app, onClose }: DialogProps): JSX.Element {
  const state = useSeen({ mapping, app });
  const { seen, moved } = state;
  const first = questionOf(seen) === 'first';
  const groups = groupsAsked(seen);
  const awaited = awaitedIn(app, seen);
  return (
    <ConfirmDialog
      title={first ? `Let the first plan of ${seen.name} go?` : `Approve what waits in ${seen.name}?`}
      verb={first ? 'Let it go' : 'Approve'}
      off={moved ? movedWords : awaited}
      onClose={onClose}
      act={async () => {
        app.say(await app.requests.approve(seen.name, seen.fingerprint ?? seen.firstPlan ?? undefined));
        app.refreshPlan();
      }}
    >
      <Moved of={state} />
      {awaited !== undefined && <p role="alert">It {awaited}.</p>}
      {(first ? letGoWith(seen, app) : [seen]).map((each) => (
        <div key={each.system}>
          <p>This will be done on {each.system}:</p>
          <ul class="counts">
            {countsOf(groupsAsked(each)).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      ))}
      {first && <WhoIsCutOff app={app} name={seen.name} />}
      {groups
        .filter(({ approvable }) => approvable)
        .map(({ title, hold }) => (
          <p key={hold ?? 'due'} class="muted">
            Held because: {title}
          </p>
        ))}
      {first ? (
        <p class="muted">From then on the mapping writes by itself as its mode allows.</p>
      ) : (
        <p class="muted">
          Approved is exactly this, as fingerprint <code>{seen.fingerprint}</code>; whatever differs by then
          waits again.
        </p>
      )}
      {seen.approve !== null && (
        <details class="by-command">
          <summary>By command line</summary>
          <CopyCommand command={seen.approve} />
        </details>
      )}
    </ConfirmDialog>
  );
}

/** Asked when the dialog opens: the plan itself does not know of contracts between others. */
function WhoIsCutOff({ app, name }: { app: App; name: string }): JSX.Element {
  const { value, problem } = useRequest(async () => {
    const { entry } = await app.requests.entry('mappings', name);
    return app.requests.previewMapping(entry, name);
  }, [name]);
  return (
    <div role="status">
      {problem !== undefined && (
        <p class="muted">Who could not talk any more is not known: {problem.title.toLowerCase()}.</p>
      )}
      {value === undefined && problem === undefined && (
        <p class="muted">Looking at who could not talk any more…</p>
      )}
      {value !== undefined && <CutOff pairs={value.cutOff} />}
    </div>
  );
}

function No({ mapping, app, onClose }: DialogProps): JSX.Element {
  const state = useSeen({ mapping, app });
  const reason = useSignal('');
  const { seen, moved } = state;
  return (
    <ConfirmDialog
      title={`Refuse what waits in ${seen.name}?`}
      verb="Refuse"
      danger
      off={moved ? movedWords : undefined}
      onClose={onClose}
      act={async () => {
        app.say(await app.requests.refuse(seen.name, seen.fingerprint ?? '', reason.value.trim()));
        app.refreshPlan();
      }}
    >
      <Moved of={state} />
      <p>
        {plural(countAsked(seen), 'change')} under fingerprint <code>{seen.fingerprint}</code>{' '}
        {countAsked(seen) === 1 ? 'stays' : 'stay'} held and {countAsked(seen) === 1 ? 'asks' : 'ask'} nobody
        any more, until it is something else that waits.
      </p>
      <TextAreaField
        label="Reason"
        hint="Shown to whoever looks at this plan, and kept in the history."
        rows={3}
        value={reason.value}
        onInput={(value) => (reason.value = value)}
      />
    </ConfirmDialog>
  );
}
