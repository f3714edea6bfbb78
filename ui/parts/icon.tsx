import type { JSX } from 'preact';

const paths = {
  overview: 'M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z',
  systems: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  mappings: 'M2.5 4.5h3l5 7h3M2.5 11.5h3l5-7h3M11.5 2.5l2 2-2 2M11.5 9.5l2 2-2 2',
  plan: 'M3 4l1 1 2-2M8 4h5.5M3 8.500l1 1 2-2M8 8.500h5.500M3 13l1 1 2-2M8 13h5.5',
  addresses: 'M6 2.500L4.5 13.500M11.5 2.500L10 13.500M2.5 5.500h11.500M2 10.500h11.5',
  history: 'M8 4.500V8l2.5 1.500M2.5 8a5.5 5.5 0 1 0 1.6-3.900L2.5 5.700M2.5 2.500v3.200h3.2',
  settings: 'M2.5 4.500h6M11.5 4.500h2M2.5 11.500h2M7.5 11.500h6M10 3v3M6 10v3',
  search: 'M7 2.500a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.300L13.5 13.5',
  pause: 'M5.5 3.500v9M10.5 3.500v9',
  play: 'M5 3l7.5 5L5 13z',
} as const;

export type IconName = keyof typeof paths;

/** Beside a word that says the same. */
export function Icon({ name }: { name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.4"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
