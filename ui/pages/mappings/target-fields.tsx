/** The fields of each kind of target: what most need first, the rest under More. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { CheckField, CheckGroup, SelectField } from '../../forms/choice-fields.tsx';
import { ChipsField } from '../../forms/chips-field.tsx';
import { controlOf, Frame } from '../../forms/field.tsx';
import { linesOf, recordOf } from '../../forms/logic/lines.ts';
import { isOnHaproxy } from '../../forms/logic/mapping-draft.ts';
import { addressKindsOf, addressesOf, kindOf } from '../../forms/logic/mapping-rules.ts';
import { isWritten, textAt, valueAt } from '../../forms/logic/written.ts';
import { TextField } from '../../forms/text-fields.tsx';
import {
  CreateField,
  DestinationField,
  FabricField,
  FamiliesField,
  LifeFields,
  More,
  NameField,
  TrafficFields,
} from './target-parts.tsx';
import type { TargetProps } from './target-parts.tsx';

const addressWords: Readonly<Record<string, string>> = {
  pod: 'pods',
  loadBalancer: 'load-balancer addresses',
  external: 'external addresses',
  cluster: 'cluster addresses',
  node: 'nodes',
};

export function ExternalEpgFields({ form, around }: TargetProps): JSX.Element {
  const entry = form.entry.value;
  const at = 'to.externalEpg';
  return (
    <div class="form-grid">
      <FabricField form={form} around={around} kind="externalEpg" />
      <TextField form={form} path={`${at}.tenant`} label="Tenant" mono hint="Must exist; never created." />
      <TextField form={form} path={`${at}.l3out`} label="L3Out" mono hint="Must exist; never created." />
      <NameField form={form} around={around} kind="externalEpg" />
      <CheckGroup
        form={form}
        path={`${at}.addresses`}
        label="Addresses"
        standard={addressesOf(entry)}
        choices={addressKindsOf[kindOf(entry)].map((each) => [each, addressWords[each] ?? each])}
        hint="One /32 or /128 each, from the moment that there is an address until it is gone, ready or not."
      />
      <ChipsField
        form={form}
        path={`${at}.contracts.provide`}
        label="Provides contracts"
        optional
        placeholder="web"
        hint="By name; never created. An external EPG without any contract would cut its addresses off, so it is not filled until something lets it talk."
      />
      <ChipsField form={form} path={`${at}.contracts.consume`} label="Consumes contracts" optional />
      <More>
        <TextField
          form={form}
          path={`${at}.contracts.master`}
          also={[`${at}.contracts`]}
          label="Inherits contracts from"
          optional
          mono
          hint="Another external EPG of the same L3Out."
        />
        <CheckGroup
          form={form}
          path={`${at}.scope`}
          label="Scope of its subnets"
          standard={['import-security']}
          choices={[
            ['import-security', 'import-security (the APIC demands it)'],
            ['shared-security', 'shared-security: for contracts with other VRFs'],
          ]}
        />
        <CheckField
          form={form}
          path={`${at}.allowIsolated`}
          label="Fill it although nothing lets it talk"
          standard={false}
          hint="Without contract, preferred group, vzAny or an unenforced VRF its addresses can reach nobody. Meant for traps and quarantine."
        />
        <FamiliesField form={form} kind="externalEpg" />
        <CreateField form={form} kind="externalEpg" what="external EPG" />
        <LifeFields form={form} kind="externalEpg" what="external EPGs" />
      </More>
    </div>
  );
}

export function RedirectPolicyFields({ form, around }: TargetProps): JSX.Element {
  const at = 'to.redirectPolicy';
  return (
    <div class="form-grid">
      <FabricField form={form} around={around} kind="redirectPolicy" />
      <TextField form={form} path={`${at}.tenant`} label="Tenant" mono hint="Must exist; never created." />
      <NameField form={form} around={around} kind="redirectPolicy" />
      <DestinationField form={form} kind="redirectPolicy" />
      <TextField
        form={form}
        path={`${at}.ipSla`}
        label="IP SLA policy"
        mono
        optional
        hint="Of the tenant, by name: destinations are probed then. Without it, each needs a MAC address."
      />
      <More>
        <PolicyFields form={form} around={around} />
        <TrafficFields form={form} kind="redirectPolicy" drainFor="0s" />
        <MacsField form={form} around={around} />
        <FamiliesField form={form} kind="redirectPolicy" />
        <CreateField form={form} kind="redirectPolicy" what="policy" />
        <LifeFields form={form} kind="redirectPolicy" what="policies" />
      </More>
    </div>
  );
}

function PolicyFields({ form }: TargetProps): JSX.Element {
  const at = 'to.redirectPolicy';
  return (
    <>
      <TextField
        form={form}
        path={`${at}.threshold.min`}
        also={[`${at}.threshold`]}
        label="Threshold: lowest share up"
        optional
        short
        placeholder="percent"
      />
      <TextField
        form={form}
        path={`${at}.threshold.max`}
        label="Threshold: share to come back at"
        optional
        short
        placeholder="percent"
      />
      <SelectField
        form={form}
        path={`${at}.thresholdDownAction`}
        label="Below the threshold, traffic is"
        standard="permit"
        choices={[
          ['permit', 'permitted without redirection'],
          ['deny', 'dropped'],
          ['bypass', 'led past this node of the graph'],
        ]}
      />
      <SelectField
        form={form}
        path={`${at}.hashing`}
        label="Spread by"
        standard="sip-dip-prototype"
        choices={[
          ['sip-dip-prototype', 'source, destination and protocol'],
          ['sip', 'source'],
          ['dip', 'destination'],
        ]}
      />
      <CheckField
        form={form}
        path={`${at}.resilientHash`}
        label="Resilient hashing"
        standard
        hint="Only flows of what went down move."
      />
    </>
  );
}

function MacsField({ form }: TargetProps): JSX.Element {
  const path = 'to.redirectPolicy.macs';
  const props = {
    form,
    path,
    label: 'MAC addresses',
    optional: true,
    hint: 'One destination a line: `10.1.0.11 00:50:56:00:00:01`. Demanded before release 5.2, and wherever there is no IP SLA policy.',
  };
  const control = controlOf(props);
  const text = useSignal(linesOf(valueAt(form.entry.peek(), path)));
  return (
    <Frame props={props} control={control} wide>
      <textarea
        id={control.id}
        class="input area mono"
        rows={3}
        value={text.value}
        spellcheck={false}
        readOnly={control.locked}
        aria-invalid={control.invalid}
        aria-describedby={control.describedBy}
        onInput={({ currentTarget: { value } }) => {
          text.value = value;
          form.set(path, recordOf(value));
        }}
        onBlur={control.onBlur}
      />
    </Frame>
  );
}

export function PoolFields({ form, around }: TargetProps): JSX.Element {
  const at = 'to.pool';
  const onHaproxy = isOnHaproxy(form.entry.value, around.named);
  const { loadBalancers } = around.named;
  return (
    <div class="form-grid">
      <SelectField
        form={form}
        path={`${at}.loadBalancer`}
        label="Load balancer"
        none={loadBalancers.length === 0 ? 'None is connected yet' : 'Choose one…'}
        choices={loadBalancers.map(({ name, kind }) => [
          name,
          `${name} (${kind === 'haproxy' ? 'HAProxy' : 'BIG-IP'})`,
        ])}
      />
      {!onHaproxy && (
        <TextField
          form={form}
          path={`${at}.partition`}
          label="Partition"
          mono
          hint="Folders behind it: `k8s/shop`. Not one that AS3 or CIS manages: it would undo what we write."
        />
      )}
      <NameField form={form} around={around} kind="pool" />
      <PortField form={form} around={around} />
      <DestinationField form={form} kind="pool" />
      <More>
        <TrafficFields form={form} kind="pool" drainFor="30s" />
        {!onHaproxy && <BigIpFields form={form} around={around} />}
        <TextField
          form={form}
          path={`${at}.connectionLimit`}
          label="Connections of each member, at most"
          optional
          short
          hint="Empty: not ours to set."
        />
        <FamiliesField form={form} kind="pool" />
        {!onHaproxy && <CreateField form={form} kind="pool" what="pool" />}
        <LifeFields form={form} kind="pool" what="pools" />
      </More>
    </div>
  );
}

function BigIpFields({ form }: TargetProps): JSX.Element {
  const at = 'to.pool';
  return (
    <>
      <TextField
        form={form}
        path={`${at}.monitor`}
        label="Monitor of pools that we create"
        optional
        mono
        placeholder="/Common/http"
      />
      <TextField
        form={form}
        path={`${at}.loadBalancingMode`}
        label="Their load-balancing mode"
        optional
        mono
        placeholder="least-connections-member"
      />
      <TextField
        form={form}
        path={`${at}.priorityGroup`}
        label="Priority group of members"
        optional
        short
        hint="Empty: not ours to set."
      />
    </>
  );
}

type PortKind = 'number' | 'name' | 'container';

function portKindOf(port: unknown): PortKind {
  if (isWritten(port)) return 'container';
  return typeof port === 'string' && !/^\d*$/.test(port) ? 'name' : 'number';
}

const portHints: Readonly<Record<PortKind, string>> = {
  number: 'As it is on the pod, the node or the endpoint.',
  name: "The Service's name of it, such as `http`; with nodes as destinations, its node port.",
  container: 'The name that the container gives it.',
};

function PortField({ form }: TargetProps): JSX.Element {
  const path = 'to.pool.port';
  const port = valueAt(form.entry.value, path);
  const kind = useSignal<PortKind>(portKindOf(port));
  const props = { form, path, label: 'Port', hint: portHints[kind.value] };
  const control = controlOf(props);
  const text = isWritten(port) ? textAt(port, 'container') : textAt(form.entry.value, path);
  const put = (value: string, of: PortKind): void => {
    kind.value = of;
    if (value === '') form.set(path, undefined);
    else form.set(path, of === 'container' ? { container: value } : value);
  };
  const selected = kindOf(form.entry.value);
  return (
    <Frame props={props} control={control}>
      <div class="joined">
        <select
          class="input select"
          aria-label="How the port is given"
          value={kind.value}
          disabled={control.locked}
          onChange={({ currentTarget: { value } }) =>
            put(text, value === 'container' ? value : value === 'name' ? value : 'number')
          }
        >
          <option value="number">Number</option>
          {selected === 'service' && <option value="name">Service&apos;s name</option>}
          {(selected === 'service' || selected === 'workload') && (
            <option value="container">Container&apos;s name</option>
          )}
        </select>
        <input
          id={control.id}
          class="input mono"
          value={text}
          placeholder={kind.value === 'number' ? '8080' : 'http'}
          spellcheck={false}
          autocomplete="off"
          readOnly={control.locked}
          aria-invalid={control.invalid}
          aria-describedby={control.describedBy}
          onInput={({ currentTarget: { value } }) => put(value, kind.value)}
          onBlur={control.onBlur}
        />
      </div>
    </Frame>
  );
}
