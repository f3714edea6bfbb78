import type { Form } from '../../forms/form.ts';
import type { SystemKind } from '../../forms/logic/system-draft.ts';
import type { Written } from '../../forms/logic/written.ts';
import type { Testing } from './testing.ts';

/** A cluster, fabric or load balancer that is being written. */
export interface Beginning {
  readonly kind: SystemKind;
  readonly form: Form;
  readonly testing: Testing;
  /** As it is sent and saved. */
  readonly written: () => Written;
}
