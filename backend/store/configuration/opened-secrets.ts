/** The stored secrets, opened beforehand, so that reading one never waits. */
import { ProblemError, problem, problemOf, type Problem } from '../../model/problems.ts';
import type { SecretBox } from '../secrets/secret-box.ts';
import type { Written } from './written.ts';
import { storedReferences } from './written-secrets.ts';

type OpenedSecret = { readonly text: string } | { readonly problem: Problem };

/** By id: its text, or why it cannot be opened. */
export type OpenedSecrets = ReadonlyMap<string, OpenedSecret>;

export async function openSecrets(
  box: SecretBox,
  sealed: Readonly<Record<string, string>>,
): Promise<OpenedSecrets> {
  const opened = Object.entries(sealed).map(async ([id, each]): Promise<[string, OpenedSecret]> => {
    try {
      return [id, { text: await box.open(id, each) }];
    } catch (error) {
      return [id, { problem: problemOf(error) }];
    }
  });
  return new Map(await Promise.all(opened));
}

/** Throws `config.key-lost`. */
export function readSecret(secrets: OpenedSecrets, reference: string): string {
  const found = secrets.get(reference.replace(/^secret:/, ''));
  if (found === undefined) throw new ProblemError('config.key-lost', `${reference} is not stored here`);
  if ('problem' in found) throw new ProblemError(found.problem.code, found.problem.detail);
  return found.text;
}

/** Every place whose secret cannot be read, in one problem. */
export function lostSecrets(document: Written, secrets: OpenedSecrets): Problem | undefined {
  const lost = storedReferences(document).flatMap(({ id, namedPath }) => {
    try {
      readSecret(secrets, `secret:${id}`);
      return [];
    } catch (error) {
      return [`${namedPath} (${problemOf(error).detail})`];
    }
  });
  return lost.length === 0 ? undefined : problem('config.key-lost', lost.join('; '));
}
