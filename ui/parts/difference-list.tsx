import type { JSX } from 'preact';
import type { DifferenceLine } from '../../backend/api/contract/configuration.ts';
import { formatCount } from '../logic/format.ts';

const shown = 300;
const signWords = { '+': 'added', '-': 'removed', '~': 'changed' } as const;
const signClasses = { '+': 'sign-add', '-': 'sign-remove', '~': 'sign-change' } as const;

/** How two documents differ, line by line. */
export function DifferenceList({
  lines,
  none,
}: {
  lines: readonly DifferenceLine[];
  none: string;
}): JSX.Element {
  if (lines.length === 0) return <p class="muted">{none}</p>;
  return (
    <div class="difference" tabIndex={0} role="region" aria-label="Difference">
      <ul>
        {lines.slice(0, shown).map(({ sign, path, before, after }) => (
          <li key={`${sign} ${path}`}>
            <span class={`sign ${signClasses[sign]}`} aria-hidden="true">
              {sign === '-' ? '−' : sign}
            </span>
            <span class="visually-hidden">{signWords[sign]} </span>
            <code class="path">{path}</code>
            {before !== null && <del>{before}</del>}
            {before !== null && after !== null && <span class="muted"> → </span>}
            {after !== null && <ins>{after}</ins>}
          </li>
        ))}
      </ul>
      {lines.length > shown && <p class="muted">and {formatCount(lines.length - shown)} more</p>}
    </div>
  );
}
