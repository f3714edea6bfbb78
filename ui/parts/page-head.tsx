import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface PageHeadProps {
  readonly title: ComponentChildren;
  /** Beside the title, in muted words. */
  readonly note?: ComponentChildren;
  /** Buttons, at the right. */
  readonly actions?: ComponentChildren;
  /** Where it lies: links to the pages above. */
  readonly trail?: readonly { readonly text: string; readonly href: string }[];
}

/** A head that had the focus when it went: the next one takes it over, as when a page is there after it was read. */
let leftFocused = false;

function useHandedFocus(): { current: HTMLHeadingElement | null } {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    const { current } = heading;
    if (leftFocused) current?.focus({ preventScroll: true });
    leftFocused = false;
    return () => {
      leftFocused = current !== null && current === document.activeElement;
    };
  }, []);
  return heading;
}

/** How every page begins. Its h1 takes the focus when one comes to the page. */
export function PageHead({ title, note, actions, trail = [] }: PageHeadProps): JSX.Element {
  const heading = useHandedFocus();
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
        <h1 tabIndex={-1} ref={heading}>
          {title}
        </h1>
        {note !== undefined && <div class="page-note">{note}</div>}
      </div>
      {actions !== undefined && <div class="page-actions">{actions}</div>}
    </header>
  );
}
