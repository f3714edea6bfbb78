/**
 * Preflight: from facts about an outside system to a report that a person reads before saving it. Pure: facts are found by adapters.
 *
 *     step         looks at                                        of
 *     reach        name, port, TLS                                 everything
 *     certificate  who vouches for it, for which name, how long    everything with TLS
 *     signIn       credentials                                     everything with credentials
 *     version      known to work or not                            everything
 *     permission   what we must be allowed                         everything
 *     identity     which one it is, and no other entry's           everything
 */
import type { TestReport, TestStep } from '../api/contract/tests.ts';
import { certificateModel, certificateStep, type CertificateCase } from './certificate.ts';
import { clusterSteps } from './cluster.ts';
import type { Declared } from './identity.ts';
import type { BigIpFacts, ClusterFacts, FabricFacts, Found, HaproxyFacts, Reading } from './ports.ts';
import { reachStep } from './reach.ts';
import { skipped } from './step.ts';
import { bigIpSteps, fabricSteps, haproxySteps } from './systems.ts';

export interface Case extends Declared, CertificateCase {
  /** Why credentials are not sent, whatever is shown; in words. */
  readonly withheld?: string | undefined;
}

/** What was found behind TLS; undefined: nobody looked, because nothing trusted answered. */
interface Behind<Facts> {
  readonly readings: readonly Reading[];
  readonly facts: Facts | undefined;
}

/** Whether credentials may be sent: something showed a certificate, and each that was shown is trusted. */
export function mayGoOn(readings: readonly Reading[]): boolean {
  const shown = readings.flatMap((each) => ('certificate' in each ? [each.certificate] : []));
  return shown.length > 0 && shown.every(({ refusal }) => refusal === undefined);
}

export function clusterReport({ readings, facts }: Behind<ClusterFacts>, of: Case): TestReport {
  const steps = facts && clusterSteps(facts, of);
  const ranges = facts && 'fact' in facts.ranges ? facts.ranges.fact : null;
  return { ...report(readings, of, { steps, facts }), ranges };
}

export function fabricReport({ readings, facts }: Behind<FabricFacts>, of: Case): TestReport {
  return report(readings, of, { steps: facts && fabricSteps(facts, of), facts });
}

export function bigIpReport({ readings, facts }: Behind<BigIpFacts>, of: Case): TestReport {
  return report(readings, of, { steps: facts && bigIpSteps(facts, of), facts });
}

export function haproxyReport(facts: HaproxyFacts, of: Declared): TestReport {
  return { ...summary(haproxySteps(facts, of), facts), certificate: null, ranges: null };
}

interface Told {
  readonly identity: Found<string>;
  readonly version: Found<string>;
}

interface Rest {
  readonly steps: readonly TestStep[] | undefined;
  readonly facts: Told | undefined;
}

function report(readings: readonly Reading[], of: Case, { steps, facts }: Rest): TestReport {
  const reach = reachStep(readings);
  const untrusted = of.withheld ?? 'Nothing secret is sent before the certificate is trusted.';
  const why = reach.result === 'bad' ? 'Nothing answers.' : untrusted;
  const rest =
    steps ?? (['signIn', 'version', 'permission', 'identity'] as const).map((step) => skipped(step, why));
  return {
    ...summary([reach, certificateStep(readings, of), ...rest], facts),
    certificate: certificateModel(readings),
    ranges: null,
  };
}

function summary(
  steps: readonly TestStep[],
  facts: Told | undefined,
): Pick<TestReport, 'good' | 'steps' | 'identity' | 'version'> {
  return {
    good: steps.every(({ result }) => result === 'good' || result === 'warning'),
    steps,
    identity: facts && 'fact' in facts.identity ? facts.identity.fact : null,
    version: facts && 'fact' in facts.version ? facts.version.fact : null,
  };
}
