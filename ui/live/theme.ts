/** Light, dark, or as the system has it. Remembered where the browser lets us. */
import { effect, signal } from '@preact/signals';
import type { Signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';

const key = 'aci-kube-sync.theme';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];

export function createTheme(here: Window): Signal<Theme> {
  const theme = signal<Theme>(themes.find((one) => one === recall(here)) ?? 'system');
  effect(() => {
    here.document.documentElement.dataset['theme'] = theme.value;
    remember(here, theme.value);
  });
  return theme;
}

/** Trap: in a sandboxed frame already the reading of `localStorage` throws. */
function recall(here: Window): string | null {
  try {
    return here.localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(here: Window, theme: Theme): void {
  try {
    if (theme === 'system') here.localStorage.removeItem(key);
    else here.localStorage.setItem(key, theme);
  } catch {
    // It holds until the page is closed.
  }
}
