import type { JSX } from 'preact';
import type { FirstStep } from '../../logic/first-steps.ts';
import { Shape } from '../../parts/shape.tsx';

/** Until everything is set up; the first step that is not done is the one to take. */
export function FirstSteps({ steps }: { steps: readonly FirstStep[] }): JSX.Element {
  const next = steps.find(({ done }) => !done);
  return (
    <section class="card first-steps" aria-labelledby="first-steps-title">
      <h2 id="first-steps-title">First steps</h2>
      <ol>
        {steps.map((step) => (
          <li key={step.id} class={step.done ? 'done' : ''}>
            <Shape tone={step.done ? 'good' : 'quiet'} />
            <div>
              <p class="step-title">
                {step.title}
                {step.done && <span class="visually-hidden"> (done)</span>}
              </p>
              {!step.done && <p class="muted">{step.detail}</p>}
            </div>
            {!step.done && (
              <a class={step === next ? 'button primary' : 'button'} href={step.href}>
                {step.action}
              </a>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
