/** What is right as it is for most. */
import type { JSX } from 'preact';
import { SelectField } from '../../forms/choice-fields.tsx';
import type { Form } from '../../forms/form.ts';
import { observeOf, withObserve } from '../../forms/logic/system-draft.ts';
import type { SystemKind } from '../../forms/logic/system-draft.ts';
import { DurationField, TextField } from '../../forms/text-fields.tsx';

interface MoreFieldsProps {
  readonly kind: SystemKind;
  readonly form: Form;
}

export function MoreFields({ kind, form }: MoreFieldsProps): JSX.Element {
  return (
    <details class="more-fields">
      <summary>More: right as it is for most</summary>
      <div class="form-grid">
        <Fields kind={kind} form={form} />
      </div>
    </details>
  );
}

function Fields({ kind, form }: MoreFieldsProps): JSX.Element {
  switch (kind) {
    case 'cluster':
      return <Observation form={form} />;
    case 'fabric':
      return (
        <>
          <Resync form={form} standard="10m" />
          <TextField
            form={form}
            path="batch.objects"
            label="Objects in one write"
            optional
            short
            standard="1000"
          />
          <TextField
            form={form}
            path="batch.bytes"
            label="Bytes in one write"
            optional
            short
            standard="1048576"
          />
        </>
      );
    case 'bigip':
      return (
        <>
          <Resync form={form} standard="30s" />
          <TextField
            form={form}
            path="save"
            label="Save its configuration after"
            optional
            mono
            short
            standard="60s"
            hint="Once nothing was written for so long. `never`: somebody else saves."
          />
        </>
      );
    case 'haproxy':
      return (
        <>
          <Resync form={form} standard="30s" />
          <DurationField
            form={form}
            path="probe"
            label="Asked whether it was reloaded every"
            optional
            standard="1s"
            hint="A reload forgets servers that were added; they are added again."
          />
        </>
      );
  }
}

function Resync({ form, standard }: { form: Form; standard: string }): JSX.Element {
  return (
    <DurationField
      form={form}
      path="resync"
      label="Read as a whole every"
      optional
      standard={standard}
      hint="What others changed by hand is found then at the latest."
    />
  );
}

function Observation({ form }: { form: Form }): JSX.Element {
  const kind = observeOf(form.entry.value);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <SelectField
        form={form}
        path="observe.kind"
        also={['observe']}
        label="How it is followed"
        standard={kind}
        onChoose={(chosen) =>
          form.change(({ entry, parked }) => ({
            entry: withObserve(entry, chosen === 'every' || chosen === 'cron' ? chosen : 'watch', zone),
            parked,
          }))
        }
        choices={[
          ['watch', 'By watches: changes are known at once'],
          ['every', 'By asking again and again'],
          ['cron', 'By asking at set times'],
        ]}
        hint="Watches suit nearly every cluster; asking suits one that is far away or restored often."
      />
      {kind === 'every' && <DurationField form={form} path="observe.every" label="Every" />}
      {kind === 'cron' && (
        <>
          <TextField form={form} path="observe.cron" label="At" mono short hint="A cron expression." />
          <TextField
            form={form}
            path="observe.zone"
            label="In the time zone"
            mono
            hint="Such as `Europe/Paris`."
          />
        </>
      )}
    </>
  );
}
