import type { JSX } from 'preact';
import type { FaultModel } from '../../backend/api/contract/configuration.ts';
import { formatCount } from '../logic/format.ts';

const shown = 50;

/** Everything that is wrong with what was written, by where it stands. */
export function FaultList({ faults }: { faults: readonly FaultModel[] }): JSX.Element {
  return (
    <div class="faults" role="group" aria-label="Faults">
      <ul>
        {faults.slice(0, shown).map(({ path, found, expected }) => (
          <li key={`${path} ${found} ${expected}`}>
            <code>{path === '' ? 'the document' : path}</code> expected {expected}
            {found !== '' && (
              <>
                , found <code>{found}</code>
              </>
            )}
          </li>
        ))}
      </ul>
      {faults.length > shown && <p class="muted">and {formatCount(faults.length - shown)} more</p>}
    </div>
  );
}
