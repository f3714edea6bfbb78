/** Which one is it: the one that was confirmed, and none that is declared already? */
import type { TestStep } from '../api/contract/tests.ts';
import type { Found } from './ports.ts';
import { bad, badOf, good } from './step.ts';

export interface Declared {
  /** The entry's own name. */
  readonly name: string;
  /** What was confirmed of every entry that is declared, by its name. */
  readonly identities: ReadonlyMap<string, string>;
}

export function identityStep(identity: Found<string>, { name, identities }: Declared): TestStep {
  if ('problem' in identity) return badOf('identity', identity.problem);
  const { fact } = identity;
  const twin = [...identities].find(([other, known]) => other !== name && known === fact);
  if (twin !== undefined)
    return bad(
      'identity',
      `It is ${fact}, which is declared already as ${twin[0]}`,
      'Give the address of another one, or use the entry that is there: the same one twice would be counted twice.',
    );
  const confirmed = identities.get(name);
  if (confirmed === undefined || confirmed === fact) return good('identity', `It is ${fact}`);
  return bad(
    'identity',
    `It is ${fact}; confirmed under this name was ${confirmed}`,
    'If it was replaced on purpose, save the entry and confirm what answers now. If not, check the address.',
  );
}
