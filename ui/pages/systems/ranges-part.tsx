/** What may come from a cluster: a fence around what it says of itself. */
import type { JSX } from 'preact';
import type { TestReport } from '../../../backend/api/contract/tests.ts';
import { ChipsField } from '../../forms/chips-field.tsx';
import type { Form } from '../../forms/form.ts';
import { asPrefix } from '../../forms/logic/system-draft.ts';
import { Aside } from './access-fields.tsx';

interface RangesPartProps {
  readonly form: Form;
  readonly ranges: TestReport['ranges'] | undefined;
}

export function RangesPart({ form, ranges }: RangesPartProps): JSX.Element {
  const pods = (ranges?.pods ?? []).map(asPrefix);
  const nodes = (ranges?.nodes ?? []).map(asPrefix);
  return (
    <div class="form-grid">
      <p class="wide explained">
        An address from this cluster counts only if it lies in one of these prefixes. Whatever lies outside is
        refused and reported, whoever may create pods or Services there; an empty list admits nothing.
      </p>
      <ChipsField
        form={form}
        path="ranges.pods"
        label="Pods"
        placeholder="10.244.0.0/16"
        hint="What the CNI gives to pods, as it is announced to the fabric."
        suggestions={pods}
        suggested="The nodes say"
      />
      <ChipsField
        form={form}
        path="ranges.nodes"
        label="Nodes"
        placeholder="10.1.0.0/24"
        hint="For mappings of nodes, and for traffic that goes to nodes. Better the subnet than each node."
        suggestions={nodes}
        suggested="The nodes say"
      />
      <ChipsField
        form={form}
        path="ranges.loadBalancers"
        label="Load-balancer addresses of Services"
        optional
        placeholder="192.168.5.0/24"
        hint="What `type: LoadBalancer` is given."
      />
      <Aside title="Less common: external addresses and cluster addresses of Services">
        <div class="form-grid">
          <ChipsField
            form={form}
            path="ranges.external"
            label="External addresses of Services"
            optional
            hint="`externalIPs`: whoever writes a Service chooses them freely. Admit them only where you trust that."
          />
          <ChipsField
            form={form}
            path="ranges.cluster"
            label="Cluster addresses of Services"
            optional
            hint="Only where the CNI announces them."
          />
        </div>
      </Aside>
    </div>
  );
}
