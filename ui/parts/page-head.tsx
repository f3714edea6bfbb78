import type { ComponentChildren, JSX } from 'preact';

interface PageHeadProps {
  readonly title: ComponentChildren;
  /** Beside the title, in muted words. */
  readonly note?: ComponentChildren;
  /** Buttons, at the right. */
  readonly actions?: ComponentChildren;
  /** Where it lies: links to the pages above. */
  readonly trail?: readonly { readonly text: string; readonly href: string }[];
}

/** How every page begins. Its h1 takes the focus when one comes to the page. */
export function PageHead({ title, note, actions, trail = [] }: PageHeadProps): JSX.Element {
  return (
    <header class="page-head">
      <div class="page-title">
        {trail.length > 0 && (
          <nav aria-label="Where this page lies" class="trail">
            {trail.map(({ text, href }) => (
              <a key={href} href={href}>
                {text}
              </a>
            ))}
          </nav>
        )}
        <h1 tabIndex={-1}>{title}</h1>
        {note !== undefined && <div class="page-note">{note}</div>}
      </div>
      {actions !== undefined && <div class="page-actions">{actions}</div>}
    </header>
  );
}
