/** Small choices that outlive the page, where the browser lets us. Trap: in a sandboxed frame already the reading of `localStorage` throws. */

export function recall(here: Window, key: string): string | null {
  try {
    return here.localStorage.getItem(`aci-kube-sync.${key}`);
  } catch {
    return null;
  }
}

/** undefined: forget it. */
export function remember(here: Window, key: string, value: string | undefined): void {
  try {
    if (value === undefined) here.localStorage.removeItem(`aci-kube-sync.${key}`);
    else here.localStorage.setItem(`aci-kube-sync.${key}`, value);
  } catch {
    // It holds until the page is closed.
  }
}
