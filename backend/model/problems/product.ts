/** Of the product itself: its document, its store, requests to it. */
import type { Row } from './row.ts';

export const productProblems = {
  'config.unreadable': {
    kind: 'terminal',
    status: 400,
    title: 'The configuration cannot be read',
    next: 'Check that the file exists, may be read, and is YAML.',
  },
  'config.invalid': {
    kind: 'terminal',
    status: 422,
    title: 'The configuration has faults',
    next: 'Correct each line and run `validate` again; nothing was applied.',
  },
  'config.secret': {
    kind: 'terminal',
    status: 422,
    title: 'A secret cannot be read',
    next: 'Check the file or variable that the reference names, and its permissions.',
  },
  'request.not-found': {
    kind: 'terminal',
    status: 404,
    title: 'There is nothing here',
    next: '`plan` lists what there is; /api/v1/openapi.json lists the paths.',
  },
  'request.invalid': {
    kind: 'terminal',
    status: 400,
    title: 'The request is not understood',
    next: 'Correct what the detail names.',
  },
  'request.read-only': {
    kind: 'terminal',
    status: 405,
    title: 'HTTP is read-only here',
    next: 'Use the command line until access control is set up.',
  },
  'store.locked': {
    kind: 'terminal',
    status: 409,
    title: 'Another process uses this data directory',
    next: 'Stop it, or give another --data-dir.',
  },
  'store.other-instance': {
    kind: 'terminal',
    status: 409,
    title: 'The data directory belongs to another instance',
    next: 'Give another --data-dir; or, if this document takes its place, stop `serve` there and start it with this one.',
  },
  'store.unwritable': {
    kind: 'terminal',
    status: 500,
    title: 'The data directory cannot be written',
    next: 'Check free space and permissions; nothing is removed from the fabric meanwhile.',
  },
  'store.unreadable': {
    kind: 'terminal',
    status: 500,
    title: 'A file of the data directory is damaged',
    next: 'Restore it from a backup, or move it away: without the ledger every mapping only reports at first.',
  },
  'internal.bug': {
    kind: 'bug',
    status: 500,
    title: 'This is a fault of ours',
    next: 'Report it with the log lines of this run.',
  },
} as const satisfies Record<string, Row>;
