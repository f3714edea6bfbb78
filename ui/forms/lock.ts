/** Why a form shows and does not take. */
import { computed } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { App } from '../live/app.ts';
import { whyNot } from '../logic/roles.ts';

/** `file`: what the configuration is read from, where it is not ours to change. */
export function lockOf(app: App, file: () => string | null | undefined): ReadonlySignal<string | undefined> {
  return computed(() => {
    const from = file();
    if (from !== null && from !== undefined) return `the configuration is read from ${from}; change it there`;
    return whyNot(app.session.person.value, 'admin');
  });
}
