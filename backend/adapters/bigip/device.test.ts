import assert from 'node:assert/strict';
import { BigIpError, problemOfFailure } from './bigip-error.ts';
import { readDevice } from './device.ts';
import type { Json } from './json.ts';
import { Query } from './query.ts';
import { newCounters } from './counters.ts';
import { Reader } from './reader.ts';
import { systemClock } from '../../model/clock.ts';

const unit = { name: 'a', hostname: 'a.lab', selfDevice: 'true', failoverState: 'active', chassisId: 'c-1' };
const notRegistered = new BigIpError(404, 'Public URI path not registered: /shared');

/** A device that answers by path; errors are thrown. */
function asking(answers: Readonly<Record<string, Json | Error | undefined>>): Query {
  const session = {
    request({ path }: { path: string }): Promise<unknown> {
      const found = Object.keys(answers).find((each) => path.startsWith(each));
      const answer = found === undefined ? notRegistered : answers[found];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return new Query({ session, counters: newCounters(), clock: systemClock(100) });
}

const devices = (...items: readonly Json[]): Record<string, Json> => ({ '/mgmt/tm/cm/device': { items } });
const machine = { '/mgmt/shared/identified-devices/config/device-info': { machineId: 'm-1' } };

describe('who a BIG-IP is', () => {
  it('a box is known by its own number, the active unit of a pair by that of the unit which answers', async () => {
    const peer = { ...unit, name: 'b', selfDevice: 'false', failoverState: 'standby' };

    const found = await readDevice(asking({ ...devices(peer, unit), ...machine }), undefined);

    assert.deepEqual(found, { identity: 'm-1', problem: undefined });
  });

  it('a unit that is not active is no place to write to', async () => {
    const query = asking({ ...devices({ ...unit, failoverState: 'standby' }), ...machine });

    const { problem } = await readDevice(query, undefined);

    assert.deepEqual(problem, { code: 'loadBalancer.standby', detail: 'a.lab is standby' });
  });

  it('a version that does not tell its number is known by its chassis, and only when it was before or never seen', async () => {
    const query = asking(devices(unit));

    assert.equal((await readDevice(query, undefined)).identity, 'chassis:c-1');
    assert.equal((await readDevice(query, 'chassis:c-1')).identity, 'chassis:c-1');
    await assert.rejects(
      readDevice(query, 'm-1'),
      (thrown) => problemOfFailure(thrown).code === 'loadBalancer.incomplete',
    );
  });

  it('a device that is not ready is not known at all', async () => {
    const ready = { x: { nestedStats: { entries: { configReady: { description: 'no' } } } } };

    const query = asking({ ...devices(unit), '/mgmt/tm/sys/ready': { entries: ready } });

    await assert.rejects(
      readDevice(query, undefined),
      (thrown) => problemOfFailure(thrown).code === 'loadBalancer.restarting',
    );
  });
});

describe('what a BIG-IP says no to', () => {
  it('what a role does not allow is no reason to log in again, though it is a 401', () => {
    const said =
      'Authorization failed: user=https://localhost/mgmt/shared/authz/users/sync resource=/mgmt/shared/appsvcs/declare verb=GET';

    assert.equal(problemOfFailure(new BigIpError(401, said)).code, 'loadBalancer.forbidden');
    assert.equal(
      problemOfFailure(new BigIpError(401, 'Authentication failed.')).code,
      'loadBalancer.unauthorized',
    );
  });
});

describe('whose a partition is', () => {
  const declare = '/mgmt/shared/appsvcs/declare';
  const packages = '/mgmt/shared/iapp/global-installed-packages';

  it('nobody’s where AS3 is not installed, or was told nothing', async () => {
    for (const answer of [notRegistered, undefined]) {
      const query = asking({ [declare]: answer, [packages]: { items: [] } });
      assert.deepEqual(await new Reader(query).as3(undefined), new Map());
    }
  });

  it('not known while AS3, or what would tell that it is installed, is starting', async () => {
    for (const answer of [notRegistered, { items: [{ appName: 'f5-appsvcs' }] }]) {
      const query = asking({ [declare]: notRegistered, [packages]: answer });
      assert.equal(await new Reader(query).as3(undefined), 'unknown');
    }
  });

  it('what AS3 owned it owns while it starts', async () => {
    const before = new Map([['k8s', 'a tenant of AS3']]);

    assert.equal(await new Reader(asking({ [declare]: notRegistered })).as3(before), before);
  });

  it('not known where our user may not ask; then folders of applications speak', async () => {
    const folders = { items: ['/', '/Common', '/Common/x', '/T', '/T/A'].map((fullPath) => ({ fullPath })) };
    const query = asking({ [declare]: new BigIpError(403, 'no'), '/mgmt/tm/sys/folder': folders });

    assert.equal(await new Reader(query).as3(undefined), 'unknown');
    assert.deepEqual(await new Reader(query).applications(), new Map([['T', '/T/A']]));
  });
});
