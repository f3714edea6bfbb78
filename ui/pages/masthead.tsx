import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Store } from '../live/store.ts';
import { contactWords, productModes } from '../logic/words.ts';
import { Badge, Status } from '../parts/shape.tsx';

interface MastheadProps {
  readonly store: Store;
  readonly onExplain: (address: string) => void;
}

export function Masthead({ store, onExplain }: MastheadProps): JSX.Element {
  const summary = store.summary.value;
  const contact = contactWords[store.contact.value];
  return (
    <header class="masthead">
      <div class="brand">
        <img src="icon.svg" alt="" width="22" height="22" />
        <h1>aci-kube-sync</h1>
        {summary !== undefined && (
          <span class="muted">
            {summary.product.version} · instance <code>{summary.instance}</code>
          </span>
        )}
      </div>
      <nav aria-label="Sections">
        <a href="#sources">Sources</a>
        <a href="#targets">Targets</a>
        <a href="#plan">Plan</a>
        <a href="#rounds">Rounds</a>
      </nav>
      <ExplainForm onExplain={onExplain} />
      <div class="masthead-state">
        {summary !== undefined && (
          <Badge
            tone={productModes[summary.mode].tone}
            text={productModes[summary.mode].text}
            title={productModes[summary.mode].hint}
          />
        )}
        <span class="contact" role="status">
          <Status {...contact} />
        </span>
      </div>
    </header>
  );
}

function ExplainForm({ onExplain }: Pick<MastheadProps, 'onExplain'>): JSX.Element {
  const text = useSignal('');
  return (
    <form
      class="explain-form"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.value.trim() !== '') onExplain(text.value.trim());
      }}
    >
      <input
        class="input mono"
        type="search"
        aria-label="Explain an address"
        placeholder="Explain an address…"
        spellcheck={false}
        autocomplete="off"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
      />
    </form>
  );
}
