import type { JSX } from 'preact';
import type { ProblemModel } from '../../backend/api/contract/models.ts';
import { Shape } from './shape.tsx';

/** What is wrong, what exactly, and what to do about it. */
export function ProblemNote({ problem }: { problem: ProblemModel }): JSX.Element {
  return (
    <div class="problem">
      <Shape tone={problem.kind === 'transient' ? 'held' : 'bad'} />
      <div>
        <p>
          <strong>{problem.title}</strong> <code class="code">{problem.code}</code>
        </p>
        {problem.detail !== '' && <p class="detail">{problem.detail}</p>}
        <p class="next">{withCode(problem.next)}</p>
      </div>
    </div>
  );
}

/** Text whose `quoted` words are commands or settings. */
export function withCode(text: string): (string | JSX.Element)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
