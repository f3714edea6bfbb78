/** From what has an address to where it stands: stages from left to right, in the order in which they are read out. */
import type { ComponentChildren, JSX } from 'preact';
import type { ExplanationModel } from '../../../backend/api/contract/models.ts';
import type { App } from '../../live/app.ts';
import { linkTo } from '../../live/location.ts';
import { chainOf } from '../../logic/chain.ts';
import type { ChainTarget } from '../../logic/chain.ts';
import {
  addressKinds,
  kindWords,
  nameParts,
  originWords,
  stateTones,
  stateWords,
} from '../../logic/words.ts';
import type { Wording } from '../../logic/words.ts';
import { Status } from '../../parts/shape.tsx';

export function Chain({ app, explanation }: { app: App; explanation: ExplanationModel }): JSX.Element {
  const { origins, owners, mappings, targets } = chainOf(explanation);
  return (
    <ol class="chain" aria-label="From the address to where it stands">
      <Stage title="Comes from" none="nothing that is followed">
        {origins.map(({ origin, node, cluster, state, addressKind, mac, port }) => (
          <li key={`${cluster} ${origin.kind} ${origin.path} ${addressKind}`}>
            <p>
              <span class="muted">{originWords[origin.kind] ?? origin.kind}</span>{' '}
              <strong>{origin.path}</strong>
            </p>
            <Status tone={stateTones[state]} text={stateWords[state]} />
            <p class="muted">
              {[
                `${addressKinds[addressKind]} in ${cluster}`,
                node === null ? '' : `on ${node}`,
                port === undefined ? '' : `port ${port}`,
                mac === undefined ? '' : `MAC ${mac}`,
              ]
                .filter(Boolean)
                .join(' · ')}
            </p>
          </li>
        ))}
      </Stage>
      <Stage title="Owned by" none="no owner of its own">
        {owners.map(({ kind, path, cluster }) => (
          <li key={`${cluster} ${kind} ${path}`}>
            <p>
              <span class="muted">{kind}</span> <strong>{path}</strong>
            </p>
            <p>
              <a href={linkTo('/addresses', { search: path, source: cluster })}>its addresses</a>
            </p>
          </li>
        ))}
      </Stage>
      <Stage title="Selected by" none="no mapping selects it">
        {mappings.map(({ name, groups }) => (
          <li key={name}>
            <p>
              <span class="muted">Mapping</span>{' '}
              <a href={linkTo(`/mappings/${encodeURIComponent(name)}`)}>
                <strong>{name}</strong>
              </a>
            </p>
            <p class="muted">for {groups.join(', ')}</p>
          </li>
        ))}
      </Stage>
      <Stage title="Stands in" none="no target, and it was found in none">
        {targets.map((target) => (
          <Target key={target.key} target={target} app={app} />
        ))}
      </Stage>
    </ol>
  );
}

const presenceWords: Readonly<Record<ChainTarget['presence'], Wording>> = {
  present: { tone: 'good', text: 'present' },
  missing: { tone: 'active', text: 'not there yet' },
  notOurs: { tone: 'quiet', text: 'there, not ours' },
  notWanted: { tone: 'held', text: 'there, wanted no more' },
};

function Target({ target, app }: { target: ChainTarget; app: App }): JSX.Element {
  const { key, kind, system, name, items, presence } = target;
  const known = app.store.rows.value.has(key);
  return (
    <li>
      <p>
        <span class="muted">{kindWords[kind].title}</span>{' '}
        {known ? (
          <button type="button" class="link mono" onClick={() => app.drawer.onOpen(key)}>
            {nameParts(name).name}
          </button>
        ) : (
          <span class="mono">{nameParts(name).name}</span>
        )}
      </p>
      <Status {...presenceWords[presence]} />
      <p class="muted">
        {[nameParts(name).where, `on ${system}`].filter(Boolean).join(' ')}
        {items.length > 0 && ` · as ${items.join(', ')}`}
      </p>
    </li>
  );
}

function Stage(props: { title: string; none: string; children: ComponentChildren[] }): JSX.Element {
  return (
    <li class="stage">
      <h2>{props.title}</h2>
      {props.children.length === 0 ? <p class="muted">{props.none}</p> : <ul>{props.children}</ul>}
    </li>
  );
}
