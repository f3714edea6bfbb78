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
    next: 'Correct each line; nothing was applied. A file is checked by `validate`.',
  },
  'config.secret': {
    kind: 'terminal',
    status: 422,
    title: 'A secret cannot be read',
    next: 'Check the file or variable that the reference names, and its permissions.',
  },
  'config.changed': {
    kind: 'terminal',
    status: 412,
    title: 'Someone else changed this meanwhile',
    next: 'Look at what stands there now, and make your change to that.',
  },
  'config.condition': {
    kind: 'terminal',
    status: 428,
    title: 'The request does not say what it changes',
    next: 'Send `If-Match` with the ETag that was read, or `If-None-Match: *` for something new.',
  },
  'config.read-only': {
    kind: 'terminal',
    status: 409,
    title: 'The configuration is a file',
    next: 'Edit that file: it is read again when it changes. Without `--config` it is edited here.',
  },
  'config.key-lost': {
    kind: 'terminal',
    status: 422,
    title: 'A stored secret cannot be opened',
    next: 'Enter it again: it is not stored here, or the key that it was stored under is lost. Nothing else is.',
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
  'request.identity': {
    kind: 'terminal',
    status: 409,
    title: 'Another one answers than the one that was named',
    next: 'Name the identity that the detail shows, if that is the right one. Where another has just taken its place, have it read again first.',
  },
  'request.method': {
    kind: 'terminal',
    status: 405,
    title: 'This cannot be done here',
    next: 'The header Allow names what can; /api/v1/openapi.json lists every path.',
  },
  'request.host': {
    kind: 'terminal',
    status: 421,
    title: 'This is asked for under another name',
    next: 'Use http://127.0.0.1 and the port that the log names; or leave out `--anonymous`, and sign in.',
  },
  'request.type': {
    kind: 'terminal',
    status: 415,
    title: 'The body is not JSON',
    next: 'Send `Content-Type: application/json`.',
  },
  'request.too-large': {
    kind: 'terminal',
    status: 413,
    title: 'The request is too large',
    next: 'Send less in one request.',
  },
  'request.too-many': {
    kind: 'transient',
    status: 429,
    title: 'Too many requests',
    next: 'Wait as long as the header Retry-After says.',
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
  'store.stalled': {
    kind: 'transient',
    status: 503,
    title: 'The data directory does not answer',
    next: 'Nothing on the fabric waits for it. Look at the storage that it lies on (on an APIC: the health of the cluster); what is kept in memory is written as soon as it answers. Do not restart before that. Repeat an edit that was refused.',
  },
  'store.closed': {
    kind: 'terminal',
    status: 500,
    title: 'Nothing can be written to the data directory, so this cannot start',
    next: 'Give the user that it runs as the permission to write there, or mount it so that it can be written; then start again. It is not tried again by itself.',
  },
  'store.unwritable': {
    kind: 'terminal',
    status: 500,
    title: 'The data directory cannot be written',
    next: 'Free space, or give back the permission to write; it is tried again every few seconds.',
  },
  'store.newer': {
    kind: 'terminal',
    status: 409,
    title: 'The data directory was written by a newer version',
    next: 'Start that version, or a later one: nothing was touched. To go back for good, put a backup of the directory in its place, or begin with an empty one.',
  },
  'store.unreadable': {
    kind: 'terminal',
    status: 500,
    title: 'A file of the data directory is damaged',
    next: 'Restore it from a backup, or begin anew by moving it away: without the ledger every mapping only reports at first.',
  },
  'internal.bug': {
    kind: 'bug',
    status: 500,
    title: 'This is a fault of ours',
    next: 'Report it with the log lines of this run.',
  },
} as const satisfies Record<string, Row>;
