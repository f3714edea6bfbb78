/** How much it may do. */
import type { JSX } from 'preact';
import { CheckField, RadioCards } from '../../forms/choice-fields.tsx';
import type { Form } from '../../forms/form.ts';
import { textAt } from '../../forms/logic/written.ts';
import { modeText } from './mode-text.ts';

export function ModeSection({ form, isNew }: { form: Form; isNew: boolean }): JSX.Element {
  const onlyEpgs = textAt(form.entry.value, 'mode') === 'add-only';
  return (
    <div class="form-grid">
      <RadioCards
        form={form}
        path="mode"
        label="Mode"
        standard="report"
        hint={
          isNew
            ? 'A new mapping only reports: the plan shows what it would do to the fabric as it is, and nothing is written. Let it go once the plan is right.'
            : undefined
        }
        cards={(['report', 'add-only', 'full'] as const).map((value) => ({ value, ...modeText[value] }))}
      />
      {onlyEpgs && (
        <p class="wide muted">
          Meant for external EPGs: members and destinations that are dead would stay too.
        </p>
      )}
      <details class="more-fields wide">
        <summary>More</summary>
        <div class="form-grid">
          <CheckField
            form={form}
            path="firstContact"
            label="Write from the first round on"
            standard={false}
            value={textAt(form.entry.value, 'firstContact') === 'apply'}
            onChoose={(chosen) => form.set('firstContact', chosen ? 'apply' : undefined)}
            hint="Otherwise the first plan that is not in mode report waits for an approval, whatever the mode."
          />
        </div>
      </details>
    </div>
  );
}
