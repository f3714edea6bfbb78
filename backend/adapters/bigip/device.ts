/**
 * Who answers, and whether changes belong there. In: reads. Out: the box's own number; where this version does not tell it, that of the
 * chassis, marked as such, so that the one is never taken for the other.
 */
import { problem, ProblemError, type Problem } from '../../model/problems.ts';
import { isBigIpError, isNotRegistered } from './bigip-error.ts';
import { textOf, type Json } from './json.ts';
import type { Query } from './query.ts';

export interface DeviceState {
  readonly identity: string;
  /** Standby, offline: what is written there is overwritten by the active unit. */
  readonly problem: Problem | undefined;
}

const byChassis = 'chassis:';

/** `expected` tells which of the two numbers it was known by. */
export async function readDevice(
  query: Query,
  expected: string | undefined,
  signal?: AbortSignal,
): Promise<DeviceState> {
  const devices = await query.list('/mgmt/tm/cm/device', signal);
  const self = devices.find((each) => String(each['selfDevice']) === 'true') ?? devices[0];
  const state = textOf(self?.['failoverState']) || 'active';
  const identity = await identityOf(query, self, { expected, signal });
  const detail = `${textOf(self?.['hostname'])} is ${state}`;
  return {
    identity,
    problem: state === 'active' ? undefined : problem('loadBalancer.standby', detail),
  };
}

async function identityOf(
  query: Query,
  self: Json | undefined,
  { expected, signal }: { readonly expected: string | undefined; readonly signal: AbortSignal | undefined },
): Promise<string> {
  const isByChassis = expected?.startsWith(byChassis) === true;
  const machine = isByChassis ? undefined : await machineOf(query, signal);
  if (machine !== undefined) return machine;
  const chassis = textOf(self?.['chassisId']) || textOf(self?.['baseMac']);
  if (chassis !== '' && (expected === undefined || isByChassis)) return `${byChassis}${chassis}`;
  throw new ProblemError('loadBalancer.incomplete', 'the device does not say which one it is');
}

/** undefined: this version does not tell. */
async function machineOf(query: Query, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const said = await query.get('/mgmt/shared/identified-devices/config/device-info', signal);
    return textOf(said?.['machineId']) || undefined;
  } catch (thrown) {
    const isNotTold = isNotRegistered(thrown) || (isBigIpError(thrown) && thrown.status === 403);
    if (!isNotTold) throw thrown;
    await query.ready(signal);
    return undefined;
  }
}
