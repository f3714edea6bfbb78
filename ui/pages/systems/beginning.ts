import type { Signal } from '@preact/signals';
import type { KubeconfigModel } from '../../../backend/api/contract/tests.ts';
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

/** What was pasted to begin with, and what was found in it: kept while one goes back and forth. */
export interface Pasted {
  readonly scratch: Form;
  readonly read: Signal<KubeconfigModel | undefined>;
}

/** One that is new. */
export interface NewBeginning extends Beginning {
  readonly pasted: Pasted;
}
