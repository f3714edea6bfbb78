import type { JSX } from 'preact';
import { PageHead } from '../../parts/page-head.tsx';

export function SettingsPage(): JSX.Element {
  return <PageHead title="SettingsPage" />;
}
