import type { JSX } from 'preact';
import { PageHead } from '../../parts/page-head.tsx';

export function AddressesPage(): JSX.Element {
  return <PageHead title="AddressesPage" />;
}
