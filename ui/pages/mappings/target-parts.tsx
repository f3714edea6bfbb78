/** Fields that several kinds of target share. */
import type { ComponentChildren, JSX } from 'preact';
import { CheckField, SelectField } from '../../forms/choice-fields.tsx';
import type { Form } from '../../forms/form.ts';
import type { MappedKind } from '../../forms/logic/mapping-rules.ts';
import {
  destinationsOf,
  groupByOf,
  kindOf,
  placeholdersFor,
  weightsOf,
} from '../../forms/logic/mapping-rules.ts';
import { renderName } from '../../forms/logic/name-example.ts';
import { listAt, textAt } from '../../forms/logic/written.ts';
import { DurationField, TextField } from '../../forms/text-fields.tsx';
import { Shape } from '../../parts/shape.tsx';
import type { Surroundings } from './surroundings.ts';

export interface TargetProps {
  readonly form: Form;
  readonly around: Surroundings;
}

export function pathOf(kind: MappedKind, key: string): string {
  return `to.${kind}.${key}`;
}

export function FabricField({ form, around, kind }: TargetProps & { kind: MappedKind }): JSX.Element {
  return (
    <SelectField
      form={form}
      path={pathOf(kind, 'fabric')}
      label="Fabric"
      none={around.named.fabrics.length === 0 ? 'None is connected yet' : 'Choose a fabric…'}
      choices={around.named.fabrics.map((name) => [name, name])}
    />
  );
}

/** With what it becomes below, and the placeholders that can be put in. */
export function NameField({ form, around, kind }: TargetProps & { kind: MappedKind }): JSX.Element {
  const entry = form.entry.value;
  const path = pathOf(kind, 'name');
  const groupBy = groupByOf(entry);
  const template = textAt(entry, path);
  const { text, unknown, cut } = renderName(template, groupBy, around.example);
  return (
    <div class="wide name-field">
      <TextField
        form={form}
        path={path}
        label="Name"
        mono
        wide
        hint="Placeholders are filled in for each group."
      />
      {form.lock.value === undefined && (
        <p class="offered">
          {placeholdersFor(groupBy).map((each) => (
            <button
              key={each}
              type="button"
              class="chip"
              aria-label={`Put {${each}} at the end of the name`}
              onClick={() => form.set(path, `${textAt(form.entry.peek(), path)}{${each}}`)}
            >
              <code>{`{${each}}`}</code>
            </button>
          ))}
        </p>
      )}
      {template !== '' && (
        <p class="rendered">
          for example <code>{text}</code>
          {kind === 'redirectPolicy' && takesBoth(form) && (
            <>
              {' '}
              and <code>{text}_v6</code> for IPv6
            </>
          )}
          {cut && <span class="muted"> – cut to 64 characters, with a digest at its end</span>}
        </p>
      )}
      {unknown.length > 0 && (
        <p class="rendered">
          <Shape tone="bad" /> {unknown.map((each) => `{${each}}`).join(', ')} does not follow from how it is
          grouped.
        </p>
      )}
    </div>
  );
}

function takesBoth(form: Form): boolean {
  const families = listAt(form.entry.value, 'to.redirectPolicy.families');
  return families.length !== 1;
}

export function More({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <details class="more-fields wide">
      <summary>More</summary>
      <div class="form-grid">{children}</div>
    </details>
  );
}

export function FamiliesField({ form, kind }: { form: Form; kind: MappedKind }): JSX.Element {
  const path = pathOf(kind, 'families');
  const families = listAt(form.entry.value, path);
  return (
    <SelectField
      form={form}
      path={path}
      label="Address families"
      standard={families.length === 1 ? (families[0] ?? 'both') : 'both'}
      onChoose={(chosen) => form.set(path, chosen === 'both' ? undefined : [chosen])}
      choices={[
        ['both', 'IPv4 and IPv6'],
        ['ipv4', 'IPv4 only'],
        ['ipv6', 'IPv6 only'],
      ]}
    />
  );
}

export function LifeFields({
  form,
  kind,
  what,
}: {
  form: Form;
  kind: MappedKind;
  what: string;
}): JSX.Element {
  return (
    <>
      <SelectField
        form={form}
        path={pathOf(kind, 'whenEmpty')}
        label="When nothing is left in it"
        standard="keep"
        choices={[
          ['keep', 'Keep it, empty'],
          ['delete', 'Delete it, if nobody else put anything in it'],
        ]}
        hint={`Only ${what} that we made are ever deleted.`}
      />
      {textAt(form.entry.value, pathOf(kind, 'whenEmpty')) === 'delete' && (
        <DurationField
          form={form}
          path={pathOf(kind, 'emptyFor')}
          label="Once it was empty for"
          optional
          standard="10m"
        />
      )}
    </>
  );
}

export function CreateField({
  form,
  kind,
  what,
}: {
  form: Form;
  kind: MappedKind;
  what: string;
}): JSX.Element {
  return (
    <CheckField
      form={form}
      path={pathOf(kind, 'create')}
      label={`Create the ${what} where it is missing`}
      standard
      hint="Otherwise it must exist; only our entries are kept in it, whatever else is yours."
    />
  );
}

type TrafficKind = 'redirectPolicy' | 'pool';

/** Where traffic goes. */
export function DestinationField({ form, kind }: { form: Form; kind: TrafficKind }): JSX.Element {
  const selected = kindOf(form.entry.value);
  const allowed = destinationsOf(selected);
  const path = pathOf(kind, 'destinations');
  return (
    <SelectField
      form={form}
      path={path}
      label="Traffic goes to"
      standard={allowed[0] ?? 'pod'}
      choices={allowed.map((each) => [each, destinationWords(each, selected)])}
      hint="Nodes: those that are ready and have a ready backend of their own, as with `externalTrafficPolicy: Local`."
    />
  );
}

function destinationWords(each: 'pod' | 'node', selected: string): string {
  if (selected === 'aciEpg') return 'the endpoints';
  return each === 'pod' ? 'the pods' : 'the nodes of the pods';
}

export function TrafficFields({
  form,
  kind,
  drainFor,
}: {
  form: Form;
  kind: TrafficKind;
  drainFor: string;
}): JSX.Element {
  const entry = form.entry.value;
  return (
    <>
      <SelectField
        form={form}
        path={pathOf(kind, 'readiness')}
        label="New traffic goes to what is"
        standard="ready"
        choices={[
          ['ready', 'ready'],
          ['serving', 'serving, even while it terminates'],
        ]}
      />
      <TextField
        form={form}
        path={pathOf(kind, 'minHealthy')}
        label="Never fewer in service than"
        optional
        short
        mono
        standard="50%"
        hint="A share or a number of those that are alive: probes that all fail at once are wrong more often than all backends."
      />
      <DrainFields form={form} kind={kind} drainFor={drainFor} />
      <CheckField
        form={form}
        path={pathOf(kind, 'weights')}
        label="Weigh each by its ready backends"
        standard={false}
        value={weightsOf(entry, kind)}
        hint="Otherwise weights are yours."
      />
    </>
  );
}

interface DrainProps {
  readonly form: Form;
  readonly kind: TrafficKind;
  readonly drainFor: string;
}

function DrainFields({ form, kind, drainFor }: DrainProps): JSX.Element {
  return (
    <>
      <DurationField
        form={form}
        path={pathOf(kind, 'drain.for')}
        also={[pathOf(kind, 'drain')]}
        label="What leaves may finish for"
        optional
        standard={drainFor}
      />
      <SelectField
        form={form}
        path={pathOf(kind, 'drain.then')}
        label="Then its connections are"
        standard="leave"
        choices={[
          ['leave', 'left to end by themselves'],
          ['cut', 'cut'],
        ]}
      />
    </>
  );
}
