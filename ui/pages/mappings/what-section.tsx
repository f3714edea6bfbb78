/** What is selected, and how it is grouped: one target object for each group. */
import type { JSX } from 'preact';
import { CheckField, CheckGroup, RadioCards, SelectField } from '../../forms/choice-fields.tsx';
import type { Card } from '../../forms/choice-fields.tsx';
import { ChipsField } from '../../forms/chips-field.tsx';
import type { Form } from '../../forms/form.ts';
import { withGrouping, withKind } from '../../forms/logic/mapping-draft.ts';
import {
  groupByOf,
  groupingsOf,
  kindOf,
  selectionKinds,
  workloadKinds,
} from '../../forms/logic/mapping-rules.ts';
import type { SelectionKind } from '../../forms/logic/mapping-rules.ts';
import { groupName } from '../../forms/logic/name-example.ts';
import { DurationField, SelectorField } from '../../forms/text-fields.tsx';
import { linkTo } from '../../live/location.ts';
import type { Surroundings } from './surroundings.ts';

const kindCards: Readonly<Record<SelectionKind, Omit<Card, 'value'>>> = {
  workload: {
    title: 'Workloads',
    text: 'Pods of Deployments, StatefulSets, DaemonSets, and the addresses of their Services',
  },
  service: { title: 'Services', text: 'Addresses of Services, and the pods behind them' },
  node: { title: 'Nodes', text: 'Addresses of nodes' },
  aciEpg: {
    title: 'Learned endpoints',
    text: 'What the fabric learned in internal EPGs: machines, not pods',
  },
};

interface SectionProps {
  readonly form: Form;
  readonly around: Surroundings;
}

export function WhatSection({ form, around }: SectionProps): JSX.Element {
  const kind = kindOf(form.entry.value);
  return (
    <div class="form-grid">
      <RadioCards
        form={form}
        path="from.kind"
        label="Select"
        standard="workload"
        onChoose={(chosen) => {
          const next = selectionKinds.find((each) => each === chosen);
          if (next !== undefined) form.change((draft) => withKind(draft, next));
        }}
        cards={selectionKinds.map((value) => ({ value, ...kindCards[value] }))}
      />
      {kind === 'aciEpg' ? (
        <Learned form={form} around={around} />
      ) : (
        <OfClusters form={form} around={around} kind={kind} />
      )}
      <Grouping form={form} around={around} />
    </div>
  );
}

function Learned({ form, around }: SectionProps): JSX.Element {
  return (
    <>
      <SelectField
        form={form}
        path="from.fabric"
        label="Learned by"
        none="Choose a fabric…"
        choices={around.named.fabrics.map((name) => [name, name])}
      />
      <DurationField
        form={form}
        path="from.absentFor"
        label="Gone when absent for"
        optional
        standard="10m"
        hint="Endpoints age and flap. Counted only while their leaf switches are in service."
      />
      <ChipsField
        form={form}
        path="from.epgs"
        label="EPGs"
        placeholder="tenant/application profile/EPG"
        hint="Each as `tenant/application profile/EPG`."
      />
    </>
  );
}

function OfClusters({ form, around, kind }: SectionProps & { kind: SelectionKind }): JSX.Element {
  return (
    <>
      <Clusters form={form} around={around} />
      {kind !== 'node' && <Namespaces form={form} />}
      <SelectorField
        form={form}
        path="from.labels"
        label={
          kind === 'node'
            ? 'Nodes with labels'
            : kind === 'service'
              ? 'Services with labels'
              : 'Workloads with labels'
        }
        optional
        hint="Kubernetes selector grammar; all terms must hold. Empty: every one."
      />
      {kind !== 'node' && <MoreOfPods form={form} kind={kind} />}
    </>
  );
}

function Clusters({ form, around }: SectionProps): JSX.Element {
  const { clusters } = around.named;
  if (clusters.length === 0)
    return (
      <p class="wide" data-field={`${form.name}.from.clusters`}>
        No cluster is connected yet. <a href={linkTo('/systems/add', { kind: 'cluster' })}>Add one</a>, then
        come back.
      </p>
    );
  return (
    <CheckGroup
      form={form}
      path="from.clusters"
      label="Of clusters"
      standard={[]}
      choices={clusters.map((name) => [name, name])}
    />
  );
}

function Namespaces({ form }: { form: Form }): JSX.Element {
  return (
    <>
      <ChipsField
        form={form}
        path="from.namespaces.names"
        label="In namespaces"
        optional
        placeholder="every namespace"
        hint="By name. With labels as well, either matches; with neither, every namespace counts."
      />
      <SelectorField
        form={form}
        path="from.namespaces.labels"
        also={['from.namespaces']}
        label="In namespaces with labels"
        optional
        placeholder="exposed=fabric"
      />
    </>
  );
}

function MoreOfPods({ form, kind }: { form: Form; kind: SelectionKind }): JSX.Element {
  return (
    <details class="more-fields wide">
      <summary>More about what is selected</summary>
      <div class="form-grid">
        {kind === 'workload' && (
          <CheckGroup
            form={form}
            path="from.workloads"
            label="Kinds of workload"
            standard={['Deployment', 'StatefulSet', 'DaemonSet']}
            choices={workloadKinds.map((each) => [each, each === 'Pod' ? 'bare pods' : each])}
          />
        )}
        <SelectorField
          form={form}
          path="from.podLabels"
          label="Of these, pods with labels"
          optional
          hint="The labels of the pods themselves."
        />
        <CheckField
          form={form}
          path="from.hostNetwork"
          label="Take pods on the host's network"
          standard={false}
          hint="They have the address of their node, and share it with everything else there."
        />
      </div>
    </details>
  );
}

const groupingWords: Readonly<Record<string, string>> = {
  workload: 'each workload',
  service: 'each Service',
  namespace: 'each namespace',
  epg: 'each EPG',
  mapping: 'all of it together',
};

function Grouping({ form, around }: SectionProps): JSX.Element {
  const entry = form.entry.value;
  const groupBy = groupByOf(entry);
  return (
    <SelectField
      form={form}
      path="from.groupBy"
      label="One target object for"
      standard={groupBy}
      onChoose={(chosen) => form.change((draft) => withGrouping(draft, chosen))}
      choices={groupingsOf[kindOf(entry)].map((each) => [each, groupingWords[each] ?? each])}
      hint={
        <>
          A group is called <code>{groupName(groupBy, around.example)}</code>, for example.
        </>
      }
    />
  );
}
