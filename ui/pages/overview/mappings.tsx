import type { JSX } from 'preact';
import type { MappingModel } from '../../../backend/api/contract/models.ts';
import { formatCount } from '../../logic/format.ts';
import { heldText, modeWords } from '../../logic/words.ts';
import { Empty, Section } from '../../parts/section.tsx';
import { Badge } from '../../parts/shape.tsx';

export function Mappings({ mappings }: { mappings: readonly MappingModel[] }): JSX.Element {
  return (
    <Section id="mappings" title="Mappings">
      {mappings.length === 0 ? (
        <Empty title="No mapping yet">
          <a href="#/mappings/new">Add one</a>: it begins in mode report, so that the plan shows what it would
          do, and nothing is written.
        </Empty>
      ) : (
        <div class="scroll-x" tabIndex={0} role="region" aria-label="Mappings">
          <table class="grid">
            <thead>
              <tr>
                <th scope="col">Mapping</th>
                <th scope="col">Mode</th>
                <th scope="col">On</th>
                <th scope="col" class="num">
                  Targets
                </th>
                <th scope="col" class="num">
                  Wanted
                </th>
                <th scope="col" class="num">
                  Present
                </th>
                <th scope="col" class="num">
                  Due
                </th>
                <th scope="col">Held</th>
              </tr>
            </thead>
            <tbody>
              {mappings.map((mapping) => (
                <MappingRow key={mapping.name} mapping={mapping} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

function MappingRow({ mapping }: { mapping: MappingModel }): JSX.Element {
  return (
    <tr>
      <th scope="row" class="name">
        {mapping.name}
      </th>
      <td>
        <Badge {...modeWords[mapping.mode]} />
        {mapping.firstContact && <span class="muted"> first contact</span>}
      </td>
      <td>{mapping.systems.join(', ')}</td>
      <td class="num">{formatCount(mapping.targets)}</td>
      <td class="num">{formatCount(mapping.wanted)}</td>
      <td class={mapping.present === mapping.wanted ? 'num' : 'num differs'}>
        {formatCount(mapping.present)}
      </td>
      <td class="num">{mapping.due === 0 ? <span class="muted">0</span> : formatCount(mapping.due)}</td>
      <td>{mapping.held.length === 0 ? <span class="muted">–</span> : heldText(mapping.held)}</td>
    </tr>
  );
}
