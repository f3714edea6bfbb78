import type { JSX } from 'preact';
import { PageHead } from '../../parts/page-head.tsx';

export function HistoryPage(): JSX.Element {
  return <PageHead title="HistoryPage" />;
}
