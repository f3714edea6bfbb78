/** From a kubeconfig to the fields: it is read by the server, which runs nothing of it and opens no file that it names. */
import type { JSX } from 'preact';
import type { KubeconfigModel } from '../../../backend/api/contract/tests.ts';
import { RadioCards } from '../../forms/choice-fields.tsx';
import type { Form } from '../../forms/form.ts';
import { withContext } from '../../forms/logic/system-draft.ts';
import { textAt } from '../../forms/logic/written.ts';
import { AreaField } from '../../forms/text-fields.tsx';
import type { App } from '../../live/app.ts';
import { Button } from '../../parts/button.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useAct } from '../../parts/use-request.ts';
import type { Pasted } from './beginning.ts';

interface KubeconfigProps {
  readonly app: App;
  readonly form: Form;
  readonly pasted: Pasted;
}

export function Kubeconfig({ app, form, pasted: { scratch, read } }: KubeconfigProps): JSX.Element {
  const doing = useAct();
  const text = textAt(scratch.entry.value, 'text');
  const take = (name: string): void => {
    const context = read.peek()?.contexts.find((each) => each.name === name);
    scratch.set('context', name);
    if (context === undefined || context.problem !== null) return;
    form.change((draft) => withContext(draft, context));
    app.say(`Server, CA and credentials were taken from ${name}`);
  };
  const readIt = async (): Promise<void> => {
    read.value = await app.requests.readKubeconfig(text);
    const { contexts, current } = read.value;
    const usable = contexts.filter(({ problem }) => problem === null);
    const chosen =
      usable.find(({ name }) => name === current) ?? (usable.length === 1 ? usable[0] : undefined);
    scratch.set('context', undefined);
    if (chosen !== undefined) take(chosen.name);
  };
  return (
    <div class="form-grid">
      <AreaField
        form={scratch}
        path="text"
        label="Kubeconfig"
        optional
        accept=".yaml,.yml,.conf,.config,.txt"
        rows={5}
        placeholder={'apiVersion: v1\nkind: Config\nclusters: …'}
        hint="Paste one and the fields below fill themselves. It is not kept; what of it is secret is sealed when you save."
      />
      <div class="wide form-buttons">
        <Button
          busy={doing.busy}
          off={text === '' ? 'paste a kubeconfig first' : form.lock.value}
          onClick={() => void doing.run(readIt)}
        >
          Read the kubeconfig
        </Button>
      </div>
      {doing.problem !== undefined && (
        <div class="wide">
          <ProblemNote problem={doing.problem} />
        </div>
      )}
      {read.value !== undefined && <Contexts scratch={scratch} read={read.value} onChoose={take} />}
    </div>
  );
}

interface ContextsProps {
  readonly scratch: Form;
  readonly read: KubeconfigModel;
  readonly onChoose: (name: string) => void;
}

function Contexts({ scratch, read, onChoose }: ContextsProps): JSX.Element {
  if (read.contexts.length === 0) return <p class="wide muted">It names no context.</p>;
  return (
    <RadioCards
      form={scratch}
      path="context"
      label="Context"
      hint="Which of its clusters, as whom."
      onChoose={onChoose}
      cards={read.contexts.map(({ name, server, problem }) => ({
        value: name,
        title: name,
        text: <code>{server}</code>,
        off: problem === null ? undefined : `Cannot be used: ${problem}`,
      }))}
    />
  );
}
