/**
 * Rules that look at objects as a whole write leaves them, not at one value: what the write touched, and what stands
 * around something that it took away.
 */
import { ApicError, errors } from '../model/errors.ts';
import type { Mo } from '../model/mo.ts';
import { atLeast } from '../model/release.ts';

/** What rules depend on besides the objects. */
export interface RuleSettings {
  /** Release of the fabric, `6.0(9c)`. */
  readonly version: string;
}

type Rule = (mo: Mo, settings: RuleSettings) => void;

const noMac = '00:00:00:00:00:00';

const rules: Readonly<Record<string, Rule>> = {
  l3extSubnet(mo) {
    const scope = mo.get('scope').split(',');
    if (!scope.includes('shared-security') || scope.includes('import-security')) return;
    throw new ApicError(
      1,
      `Invalid Configuration : External subnet's shared_security scope also needs import_security. Dn0=${mo.dn}, `,
    );
  },

  vnsSvcRedirectPol(mo) {
    if (Number(mo.get('minThresholdPercent')) <= Number(mo.get('maxThresholdPercent'))) return;
    throw errors.semantic(
      `Invalid Configuration : minThresholdPercent must not be above maxThresholdPercent. Dn0=${mo.dn}, `,
    );
  },

  /** From 5.2 on a leaf finds the MAC by itself, if the policy tells it how to probe. */
  vnsRedirectDest(mo, { version }) {
    if (mo.get('mac') !== noMac) return;
    const discovers = atLeast(version, 5, 2);
    // A backup policy has no probe of its own: it is that of the policies that fall back on it.
    const probed = mo.parent?.meta.name === 'vnsBackupPol' || isProbed(mo.parent);
    if (discovers && probed) return;
    const reason = discovers ? 'when the policy has no IP SLA monitoring policy' : 'in this release';
    throw errors.semantic(
      `Invalid Configuration : MAC of redirect destination is mandatory ${reason}. Dn0=${mo.dn}, `,
    );
  },
};

function isProbed(policy: Mo | undefined): boolean {
  return Boolean(policy?.childOfClass('vnsRsIPSLAMonitoringPol')?.get('tDn'));
}

export function checkRules(mo: Mo, settings: RuleSettings): void {
  if (Object.hasOwn(rules, mo.meta.name)) rules[mo.meta.name]?.(mo, settings);
}

/** Objects that must still be right after `mo` was taken away or changed. */
export function dependents(mo: Mo): readonly Mo[] {
  if (mo.meta.name !== 'vnsRsIPSLAMonitoringPol') return [];
  return [...(mo.parent?.children ?? [])].filter((one) => one.meta.name === 'vnsRedirectDest');
}
