/** Rules that look at a whole object after a write, not at one value. */
import { ApicError } from '../model/errors.ts';
import type { Mo } from '../model/mo.ts';

type Rule = (mo: Mo) => void;

const rules: Readonly<Record<string, Rule>> = {
  l3extSubnet(mo) {
    const scope = mo.get('scope').split(',');
    if (!scope.includes('shared-security') || scope.includes('import-security')) return;
    throw new ApicError(
      1,
      `Invalid Configuration : External subnet's shared_security scope also needs import_security. Dn0=${mo.dn}, `,
    );
  },
};

export function checkRules(mo: Mo): void {
  if (Object.hasOwn(rules, mo.meta.name)) rules[mo.meta.name]?.(mo);
}
