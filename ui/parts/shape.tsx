import type { JSX } from 'preact';
import type { Tone } from '../logic/words.ts';

const paths: Readonly<Record<Tone, JSX.Element>> = {
  good: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  active: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.6" />
      <path d="M6 2a4 4 0 0 1 0 8z" fill="currentColor" />
    </>
  ),
  held: <path d="M2.5 1.5h2.6v9H2.5zM6.9 1.5h2.6v9H6.9z" fill="currentColor" />,
  bad: <path d="M6 .8 11.6 11H.4z" fill="currentColor" />,
  unknown: (
    <circle
      cx="6"
      cy="6"
      r="4.4"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-dasharray="2.3 1.7"
    />
  ),
  quiet: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5" />,
};

/** The shape of a tone, so that it is told apart without colour. */
export function Shape({ tone }: { tone: Tone }): JSX.Element {
  return (
    <svg class={`shape tone-${tone}`} viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
      {paths[tone]}
    </svg>
  );
}

export function Status({ tone, text }: { tone: Tone; text: string }): JSX.Element {
  return (
    <span class={`status tone-${tone}`}>
      <Shape tone={tone} />
      <span>{text}</span>
    </span>
  );
}

/** A status with a ground of its own. */
export function Badge({ tone, text, title }: { tone: Tone; text: string; title?: string }): JSX.Element {
  return (
    <span class={`badge tone-${tone}`} title={title}>
      <Shape tone={tone} />
      {text}
    </span>
  );
}
