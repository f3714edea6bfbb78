/** Everything that is wrong, above the form: each leads to its field. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { plural } from '../logic/format.ts';
import type { RequestProblem } from '../live/request-problem.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { FieldName } from './field-name.tsx';
import type { Form } from './form.ts';
import { faultText } from './logic/faults.ts';

interface FaultSummaryProps {
  readonly form: Form;
  /** Why the last attempt came to nothing. */
  readonly problem: RequestProblem | undefined;
}

/** Takes the focus when saving did not work. */
export function FaultSummary({ form, problem }: FaultSummaryProps): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  const tries = form.tries.value;
  const faults = tries === 0 ? [] : form.faults.value;
  useEffect(() => {
    if (tries > 0 || problem !== undefined) box.current?.focus();
  }, [tries, problem]);
  const told = problem !== undefined && problem.faults.length === 0 ? problem : undefined;
  if (faults.length === 0 && told === undefined) return null;
  return (
    <div class="fault-summary" ref={box} tabIndex={-1} role="group" aria-label="What is wrong">
      {told !== undefined && <ProblemNote problem={told} />}
      {faults.length > 0 && (
        <>
          <h2>{plural(faults.length, 'thing')} to correct</h2>
          <ul>
            {faults.map((fault) => (
              <li key={`${fault.path} ${fault.expected}`}>
                <FieldName form={form} path={fault.path} />: {faultText(fault)}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
