import type { JSX } from 'preact';
import type { ConfigurationModel } from '../../../backend/api/contract/configuration.ts';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { FaultList } from '../../parts/fault-list.tsx';
import { Shape } from '../../parts/shape.tsx';

/** Where the configuration comes from a file: that it is changed there; and what is wrong with it. */
export function ReadOnlyNote({ configuration }: { configuration: ConfigurationModel }): JSX.Element | null {
  const { readOnly, problem, faults } = configuration;
  return (
    <>
      {readOnly !== null && (
        <p class="notice">
          <Shape tone="quiet" />
          <span>
            The configuration is read from <code>{readOnly}</code> and cannot be changed here. It is taken
            anew when the file changes.
          </span>
        </p>
      )}
      {problem !== null && <ProblemNote problem={{ ...problem, kind: 'terminal' }} />}
      {faults.length > 0 && <FaultList faults={faults} />}
    </>
  );
}

/** Why the configuration cannot be changed by this person here; undefined: it can. */
export function whyFixed(configuration: ConfigurationModel | undefined): string | undefined {
  if (configuration === undefined) return 'the configuration has not been read yet';
  return configuration.readOnly === null ? undefined : 'the configuration is read from a file';
}
