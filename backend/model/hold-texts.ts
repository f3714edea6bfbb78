/**
 * Why a change is held and what ends the hold, in plain words. Command line, API and page take their texts from here.
 */
import type { HoldReason } from './plan.ts';

interface HoldText {
  readonly title: string;
  readonly next: string;
}

export const holdTexts: Readonly<Record<HoldReason, HoldText>> = {
  'report-mode': {
    title: 'The mapping only reports',
    next: 'When the plan is right, set `mode: add-only` or `mode: full`.',
  },
  'first-contact': {
    title: 'First contact: the first plan only reports',
    next: 'When the plan is right, approve the mapping; its mode is then in force.',
  },
  paused: { title: 'Writing is paused', next: 'Resume when you are ready.' },
  'add-only': {
    title: 'The mapping removes nothing',
    next: 'Set `mode: full` if it should also remove.',
  },
  'source-not-synced': {
    title: 'The source cannot be believed now',
    next: 'Restore contact with it; what it contributed stays as it is meanwhile.',
  },
  guard: {
    title: 'Too many addresses vanished without an explanation',
    next: 'Check that the source tells the truth, then approve.',
  },
  'last-item': {
    title: 'It would empty the object, without an explanation',
    next: 'Check that the workload is really gone, then approve.',
  },
  conflict: {
    title: 'The address is held elsewhere',
    next: 'Remove it there, or leave it out here.',
  },
  isolated: {
    title: 'Nothing may talk to this external EPG yet',
    next: 'Give it a contract, or set `allowIsolated: true`.',
  },
  foreign: {
    title: 'An object of this name exists and is not ours',
    next: 'Rename one of the two, or set `create: false`.',
  },
  fighting: {
    title: 'Someone keeps changing it back',
    next: 'Find who, and end it there. Until then it is tried once every ten minutes, and at once when something else is wanted.',
  },
  'not-empty-long-enough': {
    title: 'Empty, but not for long enough',
    next: 'Nothing to do: it is deleted when the time is over.',
  },
  'back-off': { title: 'It failed and is tried again later', next: 'See what was answered.' },
  draining: {
    title: 'It finishes what it has begun',
    next: 'Nothing to do: it goes when its connections have ended, or its time is over.',
  },
  'min-healthy': {
    title: 'Too few would be left in service',
    next: 'Bring its backends back, or lower `minHealthy`.',
  },
  incomplete: {
    title: 'The system would refuse it as things are',
    next: 'Give what is missing.',
  },
  orphan: {
    title: 'Ours, but its mapping is no longer in the document',
    next: 'Approve the removal, or restore the mapping.',
  },
  missing: {
    title: 'The object does not exist, and may not be created',
    next: 'Create it, or set `create: true`.',
  },
};
