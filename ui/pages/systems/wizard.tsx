/** The steps after the choice of what is added. Each has a heading that takes the focus; Enter goes on. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { EntryModel, FaultModel } from '../../../backend/api/contract/configuration.ts';
import { FaultSummary } from '../../forms/fault-summary.tsx';
import { collectionOf, trustOf, withoutTrust } from '../../forms/logic/system-draft.ts';
import type { SystemKind } from '../../forms/logic/system-draft.ts';
import { useSaving } from '../../forms/saving.ts';
import type { App } from '../../live/app.ts';
import { Button } from '../../parts/button.tsx';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { AccessFields } from './access-fields.tsx';
import type { Beginning } from './beginning.ts';
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
  readonly beginning: Beginning;
  readonly onBack: () => void;
  readonly onSaved: (saved: EntryModel) => void;
}

export function Wizard({ app, beginning, onBack, onSaved }: WizardProps): JSX.Element {
  const { kind, form, testing, written } = beginning;
  const steps = stepsOf[kind];
  const at = useSignal(0);
  const step = steps[at.value] ?? 'access';
  const saving = useSaving({
    app,
    form,
    collection: collectionOf[kind],
    written,
    origin: undefined,
    onSaved,
  });
  const unsure = useSignal(false);
  useEffect(() => () => testing.cancel(), []);
  useArrival(step, beginning);
  const next = (): void => {
    const faults = faultsOf(step, beginning);
    form.setFaults(faults);
    if (faults.length > 0) form.showFaults();
    else if (step !== 'test') at.value += 1;
    else if (testing.report.peek()?.good === true && !testing.isStale(written())) saving.save();
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
        <FaultSummary form={form} problem={saving.doing.problem} />
        <StepBody app={app} step={step} beginning={beginning} />
        <div class="form-buttons">
          <Button onClick={() => (at.value === 0 ? onBack() : (at.value -= 1))}>Back</Button>
          <Button submit kind="primary" busy={saving.doing.busy} off={form.lock.value}>
            {step === 'test' ? saveWords(beginning) : 'Next'}
          </Button>
        </div>
      </form>
      {unsure.value && (
        <SaveAnyway beginning={beginning} onSave={saving.save} onClose={() => (unsure.value = false)} />
      )}
    </>
  );
}

function saveWords({ testing, written }: Beginning): string {
  return testing.report.value?.good === true && !testing.isStale(written()) ? 'Save' : 'Save anyway…';
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
  readonly beginning: Beginning;
}

function StepBody({ app, step, beginning }: StepBodyProps): JSX.Element {
  const { kind, form, testing, written } = beginning;
  switch (step) {
    case 'access':
      return (
        <>
          {kind === 'cluster' && <Manifest app={app} />}
          {kind === 'cluster' && <Kubeconfig app={app} form={form} />}
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
