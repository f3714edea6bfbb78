/** Try it before it is saved: every step with its result and what to do about it. */
import type { JSX } from 'preact';
import type { TestReport, TestStep } from '../../../backend/api/contract/tests.ts';
import type { App } from '../../live/app.ts';
import { formatSince } from '../../logic/format.ts';
import type { Tone } from '../../logic/words.ts';
import { Button } from '../../parts/button.tsx';
import { ProblemNote, withCode } from '../../parts/problem-note.tsx';
import { Shape } from '../../parts/shape.tsx';
import type { Testing } from './testing.ts';

const tones: Readonly<Record<TestStep['result'], Tone>> = {
  good: 'good',
  warning: 'held',
  bad: 'bad',
  skipped: 'quiet',
};
const words: Readonly<Record<TestStep['result'], string>> = {
  good: 'good',
  warning: 'warning',
  bad: 'failed',
  skipped: 'not tried',
};

interface TestPartProps {
  readonly app: App;
  readonly testing: Testing;
  /** What is tested is no longer what is written. */
  readonly stale: boolean;
  readonly off: string | undefined;
  /** No address may come from it as it is written. */
  readonly closed: boolean;
  readonly onTest: () => void;
}

export function TestPart({ app, testing, stale, off, closed, onTest }: TestPartProps): JSX.Element {
  const report = testing.report.value;
  return (
    <div class="test-part">
      <Progress app={app} testing={testing} words="Testing" />
      {report !== undefined && <Verdict report={report} closed={closed} />}
      {report !== undefined && stale && (
        <p class="muted">
          <Shape tone="held" /> Something was changed since: this is of what was written before.
        </p>
      )}
      <Steps testing={testing} />
      {!testing.running.value && (
        <p class="form-buttons">
          <Button small kind={report?.good === false ? 'primary' : 'normal'} onClick={onTest} off={off}>
            {report === undefined ? 'Test it' : 'Test again'}
          </Button>
        </p>
      )}
    </div>
  );
}

function Verdict({ report, closed }: { report: TestReport; closed: boolean }): JSX.Element {
  const { good, version, identity } = report;
  const isOpen = good && !closed;
  const words = good ? 'It can be read, but no address may come from it yet.' : 'It does not work yet.';
  return (
    <>
      <p class="test-verdict" role="status">
        <Shape tone={isOpen ? 'good' : good ? 'held' : 'bad'} />{' '}
        <strong>{isOpen ? 'It works as it is.' : words}</strong>
        {version !== null && <span class="muted"> {version}</span>}
        {identity !== null && (
          <span class="muted">
            {' '}
            · identity <code>{identity}</code>
          </span>
        )}
      </p>
      {good && closed && (
        <p class="muted">
          An address counts only inside prefixes that you name. Give them under <em>What may come from it</em>
          ; until then every address of it is refused and reported.
        </p>
      )}
    </>
  );
}

interface StepsProps {
  readonly testing: Testing;
  readonly only?: readonly TestStep['step'][];
}

export function Steps({ testing, only }: StepsProps): JSX.Element | null {
  const { report, problem } = testing;
  if (problem.value !== undefined) return <ProblemNote problem={problem.value} />;
  const steps = (report.value?.steps ?? []).filter(({ step }) => only?.includes(step) ?? true);
  if (steps.length === 0) return null;
  return (
    <ol class="test-steps" aria-label="What was tried">
      {steps.map(({ step, title, result, detail, next }) => (
        <li key={step}>
          <Shape tone={tones[result]} />
          <div>
            <p>
              <strong>{title}</strong> <span class={`result tone-${tones[result]}`}>{words[result]}</span>
            </p>
            {detail !== '' && <p class="muted">{withCode(detail)}</p>}
            {next !== '' && <p class="next">{withCode(next)}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

interface ProgressProps {
  readonly app: App;
  readonly testing: Testing;
  readonly words: string;
}

/** Nothing is known of how far it is, only that it goes on and for how long. */
export function Progress({ app, testing, words: what }: ProgressProps): JSX.Element | null {
  const since = testing.since.value;
  if (since === undefined) return null;
  return (
    <div class="progress">
      <progress aria-label={what} />
      <span role="status">{what}…</span>
      <span class="muted num">{formatSince(Math.min(since, app.store.now.value), app.store.now.value)}</span>
      <Button small onClick={() => testing.cancel()}>
        Cancel
      </Button>
    </div>
  );
}
