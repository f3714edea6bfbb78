/** Where it goes: each kind of target is chosen, and kept by itself. */
import type { JSX } from 'preact';
import type { Form } from '../../forms/form.ts';
import { hasTarget, withTarget, withoutTarget } from '../../forms/logic/mapping-draft.ts';
import { kindOf, targetKinds } from '../../forms/logic/mapping-rules.ts';
import type { MappedKind } from '../../forms/logic/mapping-rules.ts';
import type { Surroundings } from './surroundings.ts';
import { ExternalEpgFields, PoolFields, RedirectPolicyFields } from './target-fields.tsx';

const words: Readonly<Record<MappedKind, { readonly title: string; readonly text: string }>> = {
  externalEpg: {
    title: 'External EPG',
    text: 'Contracts are written against it. On a fabric, under an L3Out.',
  },
  redirectPolicy: {
    title: 'Redirect policy (PBR)',
    text: 'A service graph sends traffic to its destinations. On a fabric.',
  },
  pool: {
    title: 'Pool',
    text: 'A virtual server or frontend sends traffic to its members. On a BIG-IP or a HAProxy.',
  },
};

interface WhereProps {
  readonly form: Form;
  readonly around: Surroundings;
}

export function WhereSection({ form, around }: WhereProps): JSX.Element {
  const learned = kindOf(form.entry.value) === 'aciEpg';
  return (
    <div data-field={`${form.name}.to`}>
      {targetKinds.map((kind) => (
        <Target
          key={kind}
          kind={kind}
          form={form}
          around={around}
          off={
            kind === 'externalEpg' && learned
              ? 'Learned endpoints are in an EPG of the fabric already.'
              : undefined
          }
        />
      ))}
    </div>
  );
}

function Target({
  kind,
  form,
  around,
  off,
}: WhereProps & { kind: MappedKind; off: string | undefined }): JSX.Element {
  const chosen = hasTarget(form.entry.value, kind);
  const id = `${form.name}.to.${kind}.chosen`;
  return (
    <section class={chosen ? 'target chosen' : 'target'} aria-label={words[kind].title}>
      <div class="target-choice">
        <input
          id={id}
          type="checkbox"
          checked={chosen}
          disabled={form.lock.value !== undefined || (off !== undefined && !chosen)}
          aria-describedby={`${id}-text`}
          onChange={({ currentTarget: { checked } }) =>
            form.change((draft) =>
              checked ? withTarget(draft, kind, around.named) : withoutTarget(draft, kind),
            )
          }
        />
        <label for={id}>{words[kind].title}</label>
        <span class="muted" id={`${id}-text`}>
          {off ?? words[kind].text}
        </span>
      </div>
      {chosen && <TargetFields kind={kind} form={form} around={around} />}
    </section>
  );
}

function TargetFields({ kind, form, around }: WhereProps & { kind: MappedKind }): JSX.Element {
  switch (kind) {
    case 'externalEpg':
      return <ExternalEpgFields form={form} around={around} />;
    case 'redirectPolicy':
      return <RedirectPolicyFields form={form} around={around} />;
    case 'pool':
      return <PoolFields form={form} around={around} />;
  }
}
