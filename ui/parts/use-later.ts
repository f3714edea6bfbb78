import { useEffect, useRef } from 'preact/hooks';

/** Calls once when nothing more came for a while: for what is asked of the server while somebody types. */
export function useLater(ms: number): (act: () => void) => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (act) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(act, ms);
  };
}
