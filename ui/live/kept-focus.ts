/**
 * Focus that is never lost: when what has it goes away, as a button does whose work is done, the heading of the page takes it, so that whoever
 * works by keys goes on from there and not from the beginning of everything.
 */

/** Until the function that it gives is called. */
export function keepFocus(root: Document): () => void {
  let last: Element | null = null;
  const remember = (): void => {
    last = root.activeElement;
  };
  const observer = new MutationObserver(() => {
    if (last === null || last.isConnected || root.activeElement !== root.body) return;
    last = null;
    const heading =
      root.querySelector<HTMLElement>('dialog[open] button') ?? root.querySelector<HTMLElement>('main h1');
    heading?.focus({ preventScroll: true });
  });
  root.addEventListener('focusin', remember);
  observer.observe(root.body, { childList: true, subtree: true });
  return () => {
    root.removeEventListener('focusin', remember);
    observer.disconnect();
  };
}
