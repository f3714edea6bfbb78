import type { JSX } from 'preact';
import { PageHead } from '../../parts/page-head.tsx';

export function AddressPage(): JSX.Element {
  return <PageHead title="AddressPage" />;
}
