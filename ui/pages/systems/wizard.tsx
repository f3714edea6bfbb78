/** The steps after the choice of what is added. Each has a heading that takes the focus; Enter goes on. */
import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { EntryModel, FaultModel } from '../../../backend/api/contract/configuration.ts';
import type { Form } from '../../forms/form.ts';
import { FaultSummary } from '../../forms/fault-summary.tsx';
import { collectionOf, isClosed, subjectOf, trustOf, withoutTrust } from '../../forms/logic/system-draft.ts';
import type { SystemKind } from '../../forms/logic/system-draft.ts';
import { useSaving } from '../../forms/saving.ts';
import type { App } from '../../live/app.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { useAct } from '../../parts/use-request.ts';
import { AccessFields } from './access-fields.tsx';
import type { Beginning, NewBeginning } from './beginning.ts';
import { CertificatePart } from './certificate-part.tsx';
import { Kubeconfig } from './kubeconfig.tsx';
import { Manifest } from './manifest.tsx';
import { MoreFields } from './more-fields.tsx';
import { RangesPart } from './ranges-part.tsx';
import { accessFaults, trustFaults } from './required.ts';
import { TestPart } from './test-part.tsx';

type StepId = 'access' | 'certificate' | 'ranges' | 'test';

const stepsOf: Readonly<Record<SystemKind, readonly StepId[]>> = {
  cluster: ['access', 'certificate', 'ranges', 'test'],
  fabric: ['access', 'certificate', 'test'],
  bigip: ['access', 'certificate', 'test'],
  haproxy: ['access', 'test'],
};

const titles: Readonly<Record<StepId, string>> = {
  access: 'Where it is, and how we sign in',
  certificate: 'Whose certificate it shows',
  ranges: 'What may come from it',
  test: 'Test and save',
};

interface WizardProps {
  readonly app: App;
  readonly beginning: NewBeginning;
  readonly onBack: () => void;
  readonly onSaved: (saved: EntryModel) => void;
}

export function Wizard({ app, beginning, onBack, onSaved }: WizardProps): JSX.Element {
  const { kind, form, testing, written } = beginning;
  const steps = stepsOf[kind];
  const at = useSignal(0);
  const step = steps[at.value] ?? 'access';
  const collection = collectionOf[kind];
  const saving = useSaving({ app, form, collection, written, origin: undefined, onSaved });
  const unsure = useSignal(false);
  useEffect(() => () => testing.cancel(), []);
  useArrival(step, beginning);
  useLead(steps, at, form);
  const checking = useAct();
  const check = async (): Promise<void> => {
    const missing = faultsOf(step, beginning);
    const faults = missing.length > 0 ? missing : await wrongIn(step, app, beginning);
    form.setFaults(faults);
    if (faults.length > 0) form.showFaults();
    else at.value += 1;
  };
  const sound = isSound(beginning);
  const next = (): void => {
    if (step !== 'test') void checking.run(check);
    else if (sound) saving.save();
    else unsure.value = true;
  };
  return (
    <>
      <Progress steps={steps} at={at.value} onGo={(index) => (at.value = index)} />
      <form
        class="wizard-step card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (form.lock.peek() === undefined) next();
        }}
      >
        <Heading key={step} text={titles[step]} />
        <FaultSummary form={form} problem={saving.doing.problem ?? checking.problem} />
        <StepBody app={app} step={step} beginning={beginning} />
        <div class="form-buttons">
          <Button onClick={() => (at.value === 0 ? onBack() : (at.value -= 1))}>Back</Button>
          <OnButton
            step={step}
            sound={sound}
            busy={saving.doing.busy || checking.busy}
            off={form.lock.value}
          />
        </div>
      </form>
      {unsure.value && (
        <SaveAnyway beginning={beginning} onSave={saving.save} onClose={() => (unsure.value = false)} />
      )}
    </>
  );
}

/** What was not tested, or failed, can be saved too; that is not what the page leads to. */
function OnButton(props: {
  readonly step: StepId;
  readonly sound: boolean;
  readonly busy: boolean;
  readonly off: string | undefined;
}): JSX.Element {
  const { step, sound, busy, off } = props;
  const isDoubtful = step === 'test' && !sound;
  return (
    <Button submit kind={isDoubtful ? 'normal' : 'primary'} busy={busy} off={off}>
      {step !== 'test' ? 'Next' : sound ? 'Save' : 'Save anyway…'}
    </Button>
  );
}

/** What is written now was tested, and works. */
function isSound({ testing, written }: Beginning): boolean {
  return testing.report.value?.good === true && !testing.isStale(written());
}

/** Where a fault is corrected. */
function stepOf(path: string): StepId {
  if (/^(ca|pin|trust)\b/.test(path)) return 'certificate';
  return /^ranges\b/.test(path) ? 'ranges' : 'access';
}

/** What the server finds wrong in the fields of this step; what was not come to yet is not told. */
async function wrongIn(step: StepId, app: App, beginning: Beginning): Promise<readonly FaultModel[]> {
  const { kind, written } = beginning;
  const faults = await app.requests.checkEntry({ kind: subjectOf[kind], entry: { name: '', ...written() } });
  return faults.filter(({ path }) => stepOf(path) === step);
}

/** Saving may find something that an earlier step has: there it is shown. */
function useLead(steps: readonly StepId[], at: Signal<number>, form: Form): void {
  useEffect(() => {
    const places = form.faults.peek().map(({ path }) => steps.indexOf(stepOf(path)));
    const first = Math.min(...places.filter((place) => place >= 0));
    if (first < at.peek()) at.value = first;
  }, [form.tries.value]);
}

/** Looks at the certificate, or tests, when its step is come to and nothing is known yet. */
function useArrival(step: StepId, { kind, testing, written }: Beginning): void {
  useEffect(() => {
    const entry = written();
    const known = testing.report.peek() !== undefined && !testing.isStale(entry);
    if (step === 'test' && !known) testing.run(entry);
    if (step === 'certificate' && kind !== 'haproxy') {
      const wanted = trustOf(entry) === 'ca' ? entry : withoutTrust(entry);
      if (!testing.report.peek()?.certificate) testing.run(wanted);
    }
    // A range can be suggested only after somebody was let in.
    if (step === 'ranges' && !known) testing.run(entry);
  }, [step]);
}

function faultsOf(step: StepId, { kind, testing, written }: Beginning): readonly FaultModel[] {
  if (step === 'access') return accessFaults(kind, written());
  if (step !== 'certificate') return [];
  const certificate = testing.report.peek()?.certificate;
  return trustFaults(written(), certificate?.trusted === false);
}

interface ProgressProps {
  readonly steps: readonly StepId[];
  readonly at: number;
  readonly onGo: (index: number) => void;
}

function Progress({ steps, at, onGo }: ProgressProps): JSX.Element {
  return (
    <nav aria-label="Steps">
      <ol class="wizard-progress">
        {steps.map((step, index) => (
          <li key={step} aria-current={index === at ? 'step' : undefined} class={index < at ? 'done' : ''}>
            <span class="wizard-number" aria-hidden="true">
              {index + 1}
            </span>
            {index < at ? (
              <button type="button" class="link" onClick={() => onGo(index)}>
                {titles[step]}
              </button>
            ) : (
              titles[step]
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Heading({ text }: { text: string }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h2 tabIndex={-1} ref={heading}>
      {text}
    </h2>
  );
}

interface StepBodyProps {
  readonly app: App;
  readonly step: StepId;
  readonly beginning: NewBeginning;
}

function StepBody({ app, step, beginning }: StepBodyProps): JSX.Element {
  const { kind, form, testing, written, pasted } = beginning;
  switch (step) {
    case 'access':
      return (
        <>
          {kind === 'cluster' && <Manifest app={app} />}
          {kind === 'cluster' && <Kubeconfig app={app} form={form} pasted={pasted} />}
          <AccessFields kind={kind} form={form} />
          <MoreFields kind={kind} form={form} />
        </>
      );
    case 'certificate':
      return (
        <CertificatePart
          app={app}
          form={form}
          testing={testing}
          onLook={() => testing.run(trustOf(written()) === 'ca' ? written() : withoutTrust(written()))}
        />
      );
    case 'ranges':
      return <RangesPart form={form} ranges={testing.report.value?.ranges} />;
    case 'test':
      return (
        <TestPart
          app={app}
          testing={testing}
          stale={testing.isStale(written())}
          off={form.lock.value}
          closed={kind === 'cluster' && isClosed(written())}
          onTest={() => testing.run(written())}
        />
      );
  }
}

interface SaveAnywayProps {
  readonly beginning: Beginning;
  readonly onSave: () => void;
  readonly onClose: () => void;
}

export function SaveAnyway({ beginning: { kind }, onSave, onClose }: SaveAnywayProps): JSX.Element {
  return (
    <ConfirmDialog
      title="Save without a good test?"
      verb="Save anyway"
      danger
      onClose={onClose}
      act={() => {
        onSave();
        return Promise.resolve();
      }}
    >
      <p>
        It is tried again and again by itself, and what is wrong is shown with it. Until it works,{' '}
        {kind === 'cluster'
          ? 'no address comes from it; nothing is removed for that reason.'
          : 'nothing is written to it.'}
      </p>
    </ConfirmDialog>
  );
}
