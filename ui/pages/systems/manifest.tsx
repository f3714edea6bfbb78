/** The least that a cluster must allow, to apply there. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { App } from '../../live/app.ts';
import { CopyCommand } from '../../parts/copy-command.tsx';
import { CopyText } from '../../forms/copy-text.tsx';
import { ProblemNote } from '../../parts/problem-note.tsx';
import { useRequest } from '../../parts/use-request.ts';

export function Manifest({ app }: { app: App }): JSX.Element {
  const opened = useSignal(false);
  return (
    <details class="aside wide" onToggle={({ currentTarget }) => (opened.value = currentTarget.open)}>
      <summary>No user for us in that cluster yet? The manifest and the commands</summary>
      {opened.value && <Steps app={app} />}
    </details>
  );
}

function Steps({ app }: { app: App }): JSX.Element {
  const { value, problem } = useRequest(() => app.requests.clusterManifest(), []);
  if (problem !== undefined) return <ProblemNote problem={problem} />;
  if (value === undefined) return <p class="muted">Reading…</p>;
  const commands = commandsOf(value);
  return (
    <ol class="steps">
      <li>
        <p>
          Save this as <code>aci-kube-sync.yaml</code>. It makes a service account that may read a few kinds
          and write nothing.
        </p>
        <CopyText text={value} label="Manifest" />
      </li>
      <li>
        <p>
          Where you are an administrator of the cluster, run these; the second prints the token, the third the
          CA.
        </p>
        {commands.map((command) => (
          <CopyCommand key={command} command={command} />
        ))}
      </li>
      <li>
        <p>Enter the token below, and the CA in the next step where you are asked how to trust the server.</p>
      </li>
    </ol>
  );
}

/** The manifest's own comment says them, so that they cannot differ from it. */
function commandsOf(manifest: string): readonly string[] {
  return [...manifest.matchAll(/^# {2,}(kubectl .+)$/gm)].map((match) => match[1] ?? '');
}
