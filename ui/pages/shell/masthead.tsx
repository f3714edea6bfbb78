import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { App } from '../../live/app.ts';
import { linkTo } from '../../live/location.ts';
import { contactWords, productModes, viaWords } from '../../logic/words.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Badge, Status } from '../../parts/shape.tsx';
import { useAct } from '../../parts/use-request.ts';
import { PauseButton } from './pause.tsx';

export function Masthead({ app }: { app: App }): JSX.Element {
  const summary = app.store.summary.value;
  return (
    <header class="masthead">
      <AddressSearch app={app} />
      <div class="masthead-state">
        <span class="contact" role="status" aria-label="Contact with the server">
          <Status {...contactWords[app.store.contact.value]} />
        </span>
        {summary !== undefined && (
          <Badge
            tone={productModes[summary.mode].tone}
            text={productModes[summary.mode].text}
            title={productModes[summary.mode].hint}
          />
        )}
        <PauseButton app={app} />
      </div>
      <PersonNote app={app} />
    </header>
  );
}

const looksLikeAddress = /^([\d.]+|[\da-fA-F:.]*:[\da-fA-F:.]*)$/;

/** An address leads to its page; a part of one, or a name, to the table that it narrows. */
function AddressSearch({ app }: { app: App }): JSX.Element {
  const text = useSignal('');
  const input = useRef<HTMLInputElement>(null);
  useSlash(input);
  return (
    <form
      class="address-search"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = text.value.trim();
        if (wanted === '') return;
        if (isWhole(wanted)) app.location.go(`/addresses/${encodeURIComponent(wanted)}`);
        else app.location.go('/addresses', { search: wanted });
        text.value = '';
      }}
    >
      <Icon name="search" />
      <input
        ref={input}
        class="input"
        type="search"
        aria-label="Search an address"
        aria-keyshortcuts="/"
        placeholder="Address, workload, node…"
        spellcheck={false}
        autocomplete="off"
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') text.value = '';
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

function isWhole(text: string): boolean {
  if (!looksLikeAddress.test(text)) return false;
  return text.includes(':') ? !text.endsWith(':') || text.endsWith('::') : /^\d+\.\d+\.\d+\.\d+$/.test(text);
}

/** `/` leads to the search from everywhere but a field. */
function useSlash(input: { current: HTMLInputElement | null }): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { key, target, ctrlKey, metaKey, altKey } = event;
      if (key !== '/' || ctrlKey || metaKey || altKey) return;
      if (target instanceof Element && target.closest('input, select, textarea, dialog') !== null) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}

function PersonNote({ app }: { app: App }): JSX.Element | null {
  const person = app.session.person.value;
  const leaving = useAct();
  const { ways } = app.session.who.value ?? {};
  if (person === undefined) return null;
  const anonymous = person.via === 'anonymous';
  const canSignIn = ways !== undefined && (ways.claim || ways.local || ways.fabrics.length > 0);
  return (
    <div class="person">
      <a href={linkTo('/settings/account')} title={viaWords[person.via]}>
        {person.name}
      </a>
      <span class="tag">{person.role}</span>
      {anonymous
        ? canSignIn && (
            <Button small onClick={() => app.session.ask()}>
              Sign in
            </Button>
          )
        : person.via !== 'appCenter' && (
            <Button small busy={leaving.busy} onClick={() => void leaving.run(() => app.session.signOut())}>
              Sign out
            </Button>
          )}
    </div>
  );
}
