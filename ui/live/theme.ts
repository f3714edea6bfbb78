/** Light, dark, or as the system has it. Remembered where the browser lets us. */
import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { recall, remember } from './remembered.ts';

export type Theme = 'system' | 'light' | 'dark';

const key = 'theme';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];

export function createTheme(here: Window): Signal<Theme> {
  const theme = signal<Theme>(themes.find((one) => one === recall(here, key)) ?? 'system');
  effect(() => {
    here.document.documentElement.dataset['theme'] = theme.value;
    remember(here, key, theme.value === 'system' ? undefined : theme.value);
  });
  return theme;
}
