/** One address: where it comes from, what wants it, where it is; what is about to happen, and what has. */
import type { JSX } from 'preact';
import type { ExplanationModel } from '../../../backend/api/contract/models.ts';
import type { App } from '../../live/app.ts';
import { linkTo } from '../../live/location.ts';
import { changeSigns, changeVerb, keyParts, kindWords } from '../../logic/words.ts';
import { PageHead } from '../../parts/page-head.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { Section } from '../../parts/section.tsx';
import { useRequest } from '../../parts/use-request.ts';
import type { PageProps } from '../page-entry.ts';
import { Chain } from './chain.tsx';
import { Holders, Timeline } from './timeline.tsx';

export function AddressPage({ app, params }: PageProps): JSX.Element {
  const { address = '' } = params;
  const { value, problem } = useRequest(
    () => app.requests.explain(address),
    [address, app.store.planVersion.value],
  );
  return (
    <>
      <PageHead
        title={<span class="mono">{value?.address ?? address}</span>}
        trail={[{ text: 'Addresses', href: '#/addresses' }]}
        note={value === undefined ? undefined : <Note explanation={value} />}
      />
      {problem !== undefined && <ProblemNote problem={problem} />}
      {value !== undefined && <Explained app={app} explanation={value} />}
    </>
  );
}

function Note({ explanation }: { explanation: ExplanationModel }): JSX.Element {
  const { reasons, wantedIn, presentIn } = explanation;
  if (reasons.length + wantedIn.length + presentIn.length === 0)
    return <>Nothing that is followed has it, no mapping wants it, and it was found nowhere.</>;
  if (wantedIn.length === 0) return <>No mapping wants it.</>;
  const missing = wantedIn.filter(
    ({ key }) => !presentIn.some((there) => there.key.system === key.system && there.key.name === key.name),
  );
  return missing.length === 0 ? (
    <>Present wherever it is wanted.</>
  ) : (
    <>Not yet present wherever it is wanted.</>
  );
}

function Explained({ app, explanation }: { app: App; explanation: ExplanationModel }): JSX.Element {
  const { address, problems } = explanation;
  return (
    <>
      {problems.map((problem) => (
        <ProblemNote key={`${problem.code} ${problem.detail}`} problem={problem} />
      ))}
      <Chain app={app} explanation={explanation} />
      <Pending explanation={explanation} onOpen={app.drawer.onOpen} />
      <Holders app={app} address={address} />
      <Section
        id="timeline"
        title="History"
        note={<a href={linkTo('/history', { address })}>in the history page</a>}
      >
        <Timeline app={app} address={address} />
      </Section>
    </>
  );
}

function Pending(props: {
  explanation: ExplanationModel;
  onOpen: (key: string) => void;
}): JSX.Element | null {
  const { changes } = props.explanation;
  if (changes.length === 0) return null;
  return (
    <Section id="pending" title="Pending">
      <ul class="lines">
        {changes.map((change) => {
          const { kind, name, system } = keyParts(change.key);
          return (
            <li key={`${change.type} ${change.id}`}>
              <span class={`sign sign-${changeSigns[change.type].text}`} aria-hidden="true">
                {changeSigns[change.type].sign}
              </span>
              <span>
                {changeVerb(change)} {kindWords[kind].name}{' '}
                <button type="button" class="link mono" onClick={() => props.onOpen(change.key)}>
                  {name}
                </button>{' '}
                <span class="muted">on {system}</span>
              </span>
              <span class="muted">
                {[change.because, change.step, change.detail].filter(Boolean).join(' · ')}
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
