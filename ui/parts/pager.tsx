import type { JSX } from 'preact';
import { formatCount } from '../logic/format.ts';

interface PagerProps {
  readonly offset: number;
  readonly size: number;
  readonly shown: number;
  readonly total: number;
  readonly onGo: (offset: number) => void;
}

/** `101–200 of 12,345`, and the ways to the other pages. */
export function Pager({ offset, size, shown, total, onGo }: PagerProps): JSX.Element {
  const last = Math.max(0, Math.ceil(total / size) - 1) * size;
  return (
    <div class="table-foot">
      <p aria-live="polite">
        {shown === 0
          ? 'None'
          : `${formatCount(offset + 1)}–${formatCount(offset + shown)} of ${formatCount(total)}`}
      </p>
      {total > size && (
        <div class="pager-buttons">
          <PageButton label="First page" text="«" off={offset === 0} onClick={() => onGo(0)} />
          <PageButton
            label="Previous page"
            text="‹"
            off={offset === 0}
            onClick={() => onGo(Math.max(0, offset - size))}
          />
          <span class="num">
            {formatCount(Math.floor(offset / size) + 1)} / {formatCount(last / size + 1)}
          </span>
          <PageButton label="Next page" text="›" off={offset >= last} onClick={() => onGo(offset + size)} />
          <PageButton label="Last page" text="»" off={offset >= last} onClick={() => onGo(last)} />
        </div>
      )}
    </div>
  );
}

/** `aria-disabled` instead of `disabled`, so that the focus stays where it is at the last page. */
function PageButton(props: { label: string; text: string; off: boolean; onClick: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class="button small"
      aria-label={props.label}
      aria-disabled={props.off}
      onClick={() => {
        if (!props.off) props.onClick();
      }}
    >
      {props.text}
    </button>
  );
}
