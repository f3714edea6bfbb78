/** A mapping in a few words: what it selects, and where that goes. */
import { groupByOf, kindOf, workloadsOf } from './mapping-rules.ts';
import { hasTarget } from './mapping-draft.ts';
import { listAt, textAt } from './written.ts';
import type { Written } from './written.ts';

/** `pods of Deployments in shop of prod-a`. */
export function fromWords(entry: Written): string {
  const parts = [whatWords(entry), namespaceWords(entry), sourceWords(entry)];
  const labels = ['from.labels', 'from.podLabels'].map((path) => textAt(entry, path)).filter(Boolean);
  const text = parts.filter(Boolean).join(' ');
  return labels.length === 0 ? text : `${text}, where ${labels.join(' and ')}`;
}

function whatWords(entry: Written): string {
  switch (kindOf(entry)) {
    case 'workload':
      return workloadWords(workloadsOf(entry));
    case 'service':
      return 'Services';
    case 'node':
      return 'nodes';
    case 'aciEpg':
      return `endpoints learned in ${listWords(listAt(entry, 'from.epgs')) || 'no EPG yet'}`;
  }
}

/** The kinds that are taken unless others are named need no list. */
function workloadWords(kinds: readonly string[]): string {
  return kinds.join() === 'Deployment,StatefulSet,DaemonSet'
    ? 'workloads'
    : listWords(kinds.map((each) => `${each}s`));
}

function namespaceWords(entry: Written): string {
  if (kindOf(entry) === 'node' || kindOf(entry) === 'aciEpg') return '';
  const names = listWords(listAt(entry, 'from.namespaces.names'));
  const labels = textAt(entry, 'from.namespaces.labels');
  if (names === '' && labels === '') return 'in every namespace';
  const byLabels = labels === '' ? '' : `namespaces with ${labels}`;
  return `in ${[names, byLabels].filter(Boolean).join(' and ')}`;
}

function sourceWords(entry: Written): string {
  if (kindOf(entry) === 'aciEpg') return onFabric(textAt(entry, 'from.fabric'));
  const clusters = listWords(listAt(entry, 'from.clusters'));
  return clusters === '' ? 'of no cluster yet' : `of ${clusters}`;
}

/** One line for each target. */
export function toWords(entry: Written): readonly string[] {
  const one = groupByOf(entry) === 'mapping';
  const a = (words: string): string => (one ? `an ${words}`.replace(/^an ([^aeiou])/, 'a $1') : `${words}s`);
  const lines: string[] = [];
  if (hasTarget(entry, 'externalEpg')) {
    const place = [textAt(entry, 'to.externalEpg.tenant'), textAt(entry, 'to.externalEpg.l3out')];
    lines.push(
      `${a('external EPG')} in ${placeWords(place)}${after(onFabric(textAt(entry, 'to.externalEpg.fabric')))}`,
    );
  }
  if (hasTarget(entry, 'redirectPolicy')) {
    const place = placeWords([textAt(entry, 'to.redirectPolicy.tenant')]);
    lines.push(
      `${a('redirect policy').replace('policys', 'policies')} in ${place}${after(onFabric(textAt(entry, 'to.redirectPolicy.fabric')))}`,
    );
  }
  if (hasTarget(entry, 'pool')) {
    const partition = textAt(entry, 'to.pool.partition');
    const on = textAt(entry, 'to.pool.loadBalancer');
    lines.push(`${a('pool')}${partition === '' ? '' : ` in ${partition}`}${on === '' ? '' : ` on ${on}`}`);
  }
  return lines;
}

function placeWords(parts: readonly string[]): string {
  return parts.map((part) => (part === '' ? '…' : part)).join('/');
}

function onFabric(name: string): string {
  return name === '' ? '' : `on ${name}`;
}

function after(words: string): string {
  return words === '' ? '' : ` ${words}`;
}

function listWords(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
