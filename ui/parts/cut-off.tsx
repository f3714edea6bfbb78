/** Who could not talk any more: what an admin must have seen before a mapping is let go. */
import type { JSX } from 'preact';
import { formatCount } from '../logic/format.ts';
import { Shape } from './shape.tsx';

const mostPairs = 12;

/** `pairs`: in words. Nothing where there are none. */
export function CutOff({ pairs }: { pairs: readonly string[] }): JSX.Element | null {
  if (pairs.length === 0) return null;
  return (
    <div class="cut-off" role="group" aria-label="Who would be cut off">
      <p>
        <Shape tone="bad" /> <strong>These could talk today and could not after</strong>
      </p>
      <ul>
        {pairs.slice(0, mostPairs).map((pair) => (
          <li key={pair}>{pair}</li>
        ))}
        {pairs.length > mostPairs && <li class="muted">and {formatCount(pairs.length - mostPairs)} more</li>}
      </ul>
      <p class="muted">
        One external EPG holds them now; each in one of its own needs a contract between them. Name contracts
        in the mapping, under Where.
      </p>
    </div>
  );
}
