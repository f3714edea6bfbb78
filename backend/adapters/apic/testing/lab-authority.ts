/** One certificate authority for all simulated fabrics of a test run: making one takes long. */
import { createAuthority, type Authority } from '../../../../lab/authority.ts';

let authority: Promise<Authority> | undefined;

export function labAuthority(): Promise<Authority> {
  return (authority ??= createAuthority());
}
