/** An app in its frame: sandboxed as an APIC's GUI does it, and handed tokens while it is open. */
import type { PluginView } from '../steps.ts';
import type { GuiTokens } from './session.ts';

export interface FrameParts {
  readonly tokens: () => Promise<GuiTokens>;
  readonly tokenSeconds: number;
  /** Nobody is signed in any more. */
  readonly onLost: () => void;
}

/** Answers how to close it. */
export function openFrame(
  place: HTMLElement,
  app: PluginView,
  { tokens, tokenSeconds, onLost }: FrameParts,
): () => void {
  const frame = document.createElement('iframe');
  frame.title = app.title;
  frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-forms');
  frame.src = `/apps/${app.name}/UIAssets/app-start.html`;
  const hand = (): void => {
    tokens().then(
      ({ token, urlToken }) =>
        frame.contentWindow?.postMessage(
          JSON.stringify({ appId: app.name, token, urlToken }),
          window.location.origin,
        ),
      onLost,
    );
  };
  // At once for every page that the frame comes to.
  frame.addEventListener('load', hand);
  const timer = setInterval(hand, tokenSeconds * 1000);
  place.replaceChildren(frame);
  return () => {
    clearInterval(timer);
    place.replaceChildren();
  };
}
