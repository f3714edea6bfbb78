/** What the field of a fault is called on the page, and the way to it. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { focusFault, labelOf } from './form.ts';
import type { Form } from './form.ts';

/** The path alone where no field of it is on the page. */
export function FieldName({ form, path }: { form: Form; path: string }): JSX.Element {
  const label = useSignal<string | undefined>(undefined);
  // Fields are in the document only once all is drawn.
  useEffect(() => {
    label.value = labelOf(form, path);
  });
  const said = label.value ?? (path === '' ? 'The whole' : path);
  return (
    <button type="button" class="link" title={path} onClick={() => focusFault(form, path)}>
      {said}
    </button>
  );
}
