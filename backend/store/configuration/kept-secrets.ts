/**
 * Where a stored secret may go on standing. It was typed in for one entry, and for where that leads: whoever may edit entries could
 * else have any of them sent to a server of their own.
 */
import { isRecord, isSame, type Written } from './written.ts';
import { storedReferences, withReferences, type StoredReference } from './written-secrets.ts';

/**
 * Whether what was typed in for the entry as it is saved may be sent to where the other leads: the same address (or fewer of the
 * same), trusted by the same, as the same user.
 */
export function mayKeepSecret(saved: unknown, next: unknown): boolean {
  if (!isRecord(saved) || !isRecord(next)) return false;
  const [from, to] = [credentialsOf(saved), credentialsOf(next)];
  const isLike = ['server', 'address', 'ca', 'pin'].every((key) => isSame(bare(saved[key]), bare(next[key])));
  return (
    isLike &&
    isSame(from['username'], to['username']) &&
    hasNoOther(saved['controllers'], next['controllers'])
  );
}

/** A page may have lost a line end. */
function bare(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

function credentialsOf({
  credentials,
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return isRecord(credentials) ? credentials : {};
}

function hasNoOther(saved: unknown, next: unknown): boolean {
  if (!Array.isArray(saved) || !Array.isArray(next)) return isSame(saved, next);
  return next.every((controller) => saved.includes(controller));
}

/** Why the reference may not stand in what takes the place of `saved`: what was expected. undefined: it may. */
export function expectedInstead(reference: StoredReference, saved: unknown): string | undefined {
  if (idAt(saved, reference) !== reference.id)
    return 'the secret itself, or the reference that the saved entry of this name has here';
  if (mayKeepSecret(saved, reference.entry)) return undefined;
  return 'the secret itself, entered again: where it would be sent has changed';
}

/** The id that stands in the same place of another entry of the list. */
function idAt(entry: unknown, { list, below }: StoredReference): string | undefined {
  return storedReferences({ [list]: [entry] }).find((each) => each.below === below)?.id;
}

/** What nothing is ever stored under. */
const again = 'enter-again';

interface Whole {
  readonly present: Written;
  /** Whether a secret is stored under this id. */
  readonly isStored: (id: string) => boolean;
}

/** A document from outside: stored secrets stay where they are, and a reference to one anywhere else leads to nothing. */
export function withSecretsKept(next: unknown, { present, isStored }: Whole): unknown {
  return withReferences(
    next,
    (reference) => keptId(reference, present) ?? (isStored(reference.id) ? again : reference.id),
  );
}

/** A document that was in effect here: its secrets are as they were then; of those that are gone, the present ones stay. */
export function withSecretsBack(next: unknown, { present, isStored }: Whole): unknown {
  return withReferences(next, (reference) =>
    isStored(reference.id) ? reference.id : (keptId(reference, present) ?? reference.id),
  );
}

function keptId(reference: StoredReference, present: Written): string | undefined {
  const list = present[reference.list as 'clusters' | 'fabrics' | 'loadBalancers'];
  const name = isRecord(reference.entry) ? reference.entry['name'] : undefined;
  const saved = list.find((entry) => entry.name === name);
  return mayKeepSecret(saved, reference.entry) ? idAt(saved, reference) : undefined;
}
