/** A secret that is written and never read back. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Button } from '../parts/button.tsx';
import { controlOf, Frame } from './field.tsx';
import type { Control, FieldProps } from './field.tsx';
import { isWritten, valueAt } from './logic/written.ts';

interface SecretFieldProps extends FieldProps {
  /** Several lines: a private key. */
  readonly area?: boolean;
}

/**
 * What is typed is sent as `{ secret }` and kept sealed; what comes back is its reference. A reference to a file or to the
 * environment of the server may stand there too.
 */
export function SecretField(props: SecretFieldProps): JSX.Element {
  const { form, path } = props;
  const control = controlOf(props);
  const value = valueAt(form.entry.value, path);
  const stored = valueAt(form.saved.value, path);
  const reference = typeof value === 'string' && value !== '' ? value : undefined;
  const byReference = useSignal(false);
  if (reference !== undefined && !byReference.value)
    return <Stored {...props} control={control} reference={reference} />;
  return (
    <Frame props={props} control={control}>
      <Typed {...props} control={control} byReference={byReference.value} />
      <p class="field-ways">
        <button
          type="button"
          class="link"
          onClick={() => {
            byReference.value = !byReference.value;
            form.set(path, undefined);
          }}
        >
          {byReference.value ? 'Type it here instead' : 'It lies in a file or variable of the server'}
        </button>
        {typeof stored === 'string' && (
          <button
            type="button"
            class="link"
            onClick={() => {
              byReference.value = false;
              form.set(path, stored);
            }}
          >
            Keep the stored one
          </button>
        )}
      </p>
    </Frame>
  );
}

function Stored(props: SecretFieldProps & { control: Control; reference: string }): JSX.Element {
  const { form, path, label, control, reference } = props;
  return (
    <Frame props={props} control={control}>
      <div class="stored">
        <span id={control.id}>
          {reference.startsWith('secret:') ? (
            'Stored, sealed'
          ) : (
            <>
              Read from <code>{reference}</code>
            </>
          )}
        </span>
        <Button
          small
          off={form.lock.value}
          onClick={() => form.set(path, undefined)}
          label={`Replace: ${label}`}
        >
          Replace
        </Button>
      </div>
    </Frame>
  );
}

type TypedProps = SecretFieldProps & { control: Control; byReference: boolean };

function Typed({ form, path, area = false, control, byReference }: TypedProps): JSX.Element {
  const value = valueAt(form.entry.value, path);
  const typed = isWritten(value) && typeof value['secret'] === 'string' ? value['secret'] : '';
  const shared = {
    id: control.id,
    spellcheck: false,
    'aria-invalid': control.invalid,
    'aria-describedby': control.describedBy,
    readOnly: control.locked,
    onBlur: control.onBlur,
  };
  const keep = (text: string): void => form.set(path, text === '' ? undefined : { secret: text });
  if (byReference)
    return (
      <input
        {...shared}
        class="input mono"
        placeholder="file:/etc/aci-kube-sync/token or env:NAME"
        value={typeof value === 'string' ? value : ''}
        autocomplete="off"
        onInput={({ currentTarget }) =>
          form.set(path, currentTarget.value === '' ? undefined : currentTarget.value)
        }
      />
    );
  if (area)
    return (
      <textarea
        {...shared}
        class="input area mono"
        rows={4}
        value={typed}
        autocomplete="off"
        onInput={({ currentTarget }) => keep(currentTarget.value)}
      />
    );
  return (
    <input
      {...shared}
      class="input mono"
      type="password"
      value={typed}
      autocomplete="new-password"
      onInput={({ currentTarget }) => keep(currentTarget.value)}
    />
  );
}
