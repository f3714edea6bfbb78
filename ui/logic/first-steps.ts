/** What leads from an empty product to one that keeps things in step, and how far one has come. */
import type { StatusSummary } from '../../backend/api/contract/models.ts';

export interface FirstStep {
  readonly id: 'system' | 'source' | 'mapping' | 'go';
  readonly title: string;
  readonly detail: string;
  readonly href: string;
  readonly action: string;
  readonly done: boolean;
}

export function firstSteps({ sources, systems, mappings }: StatusSummary): readonly FirstStep[] {
  return [
    {
      id: 'system',
      title: 'Add a fabric',
      detail: 'Its APICs, how to trust them, and a user. Nothing is written by that.',
      href: '#/systems/add?kind=fabric',
      action: 'Add a fabric',
      done: systems.length > 0,
    },
    {
      id: 'source',
      title: 'Add a cluster',
      detail: 'A kubeconfig, or an address and a token. It is only read.',
      href: '#/systems/add?kind=cluster',
      action: 'Add a cluster',
      done: sources.some(({ kind }) => kind === 'cluster'),
    },
    {
      id: 'mapping',
      title: 'Say what goes where, by a mapping',
      detail: 'It begins in mode report: the plan shows what it would do, and nothing is written.',
      href: '#/mappings/add',
      action: 'Add a mapping',
      done: mappings.length > 0,
    },
    {
      id: 'go',
      title: 'Look at its plan, and let it go',
      detail: 'When the plan is right, take the mapping out of mode report and let its first plan go.',
      href: '#/plan',
      action: 'Look at the plan',
      done: mappings.some(({ mode, firstContact }) => mode !== 'report' && !firstContact),
    },
  ];
}
