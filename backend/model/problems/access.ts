/** Of who may do what. */
import type { Row } from './row.ts';

export const accessProblems = {
  'access.unknown': {
    kind: 'terminal',
    status: 401,
    title: 'Nobody is signed in',
    next: 'Sign in, or send a token as `Authorization: Bearer …`.',
  },
  'access.denied': {
    kind: 'terminal',
    status: 401,
    title: 'Signing in was refused',
    next: 'Check name, password and whose user it is, or the code. A user of a fabric needs a role there that counts here: see docs/access.md.',
  },
  'access.locked': {
    kind: 'transient',
    status: 429,
    title: 'Too many attempts to sign in',
    next: 'Wait as long as the detail says.',
  },
  'access.role': {
    kind: 'terminal',
    status: 403,
    title: 'Your role does not allow this',
    next: 'Ask who has the role that the detail names.',
  },
  'access.origin': {
    kind: 'terminal',
    status: 403,
    title: 'The request came from another site',
    next: 'Use the page of this product, or a token instead of a session.',
  },
  'access.unavailable': {
    kind: 'transient',
    status: 503,
    title: 'Who you are cannot be checked now',
    next: 'The fabric that knows its users does not answer. Try again, or sign in as the local administrator.',
  },
} as const satisfies Record<string, Row>;
