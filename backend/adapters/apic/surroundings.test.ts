/** What an external EPG depends on and is not its own: who else holds a prefix, what lets it talk, which faults name it. */
import assert from 'node:assert/strict';
import { baseFabric, mo } from '../../../lab/fabric/seed.ts';
import type { IpPrefix } from '../../model/ip.ts';
import type { Reachability } from '../../model/target-object.ts';
import {
  add,
  create,
  dnOf,
  key,
  mark,
  relation,
  remove,
  startWorld,
  subnet,
  until,
  type World,
} from './testing/world.ts';
import { formatMark } from '../../model/ownership-mark.ts';

const web = 'k8s/calico/web';
const other = 'k8s/border/admins';
const prefix = '10.1.0.1/32' as IpPrefix;
const signal = new AbortController().signal;

function epg(name: string, prefixes: readonly string[], scope = 'import-security') {
  return mo(
    'l3extInstP',
    { dn: dnOf(name) },
    prefixes.map((ip) => mo('l3extSubnet', { ip, scope })),
  );
}

function l3out(tenant: string, name: string, vrf: string) {
  return mo('fvTenant', { name: tenant }, [
    mo('l3extOut', { name }, [mo('l3extRsEctx', { tnFvCtxName: vrf })]),
  ]);
}

describe('what surrounds an external EPG', () => {
  let world: World;

  afterEach(() => world.stop());

  const holders = (name: string): string[] =>
    world.system.view.holders(key(web), name as IpPrefix).map((each) => each.key.name);
  const reachability = (): Reachability | undefined => world.object(web).reachability;

  it('holds a prefix against it from any L3Out of the VRF, and from none of another VRF', async () => {
    world = await startWorld({
      seed: (fabric) => {
        fabric.seed([...baseFabric('k8s', 'lab', 'elsewhere'), l3out('k8s', 'border', 'prod')]);
        fabric.seed([epg(other, [prefix, '0.0.0.0/0']), epg('k8s/elsewhere/x', [prefix])]);
      },
    });
    await until(() => world.system.view.collide(key(web), key(other)), 'one VRF');

    assert.deepEqual(holders(prefix), [other]);
    assert.deepEqual(holders('0.0.0.0/0'), []);
    assert.equal(world.system.view.collide(key(web), key('k8s/elsewhere/x')), false);
    assert.equal(world.system.view.conflictsFullyChecked, true);
  });

  it('holds nothing by prefixes that only steer routes', async () => {
    world = await startWorld({
      seed: (fabric) => fabric.seed([l3out('k8s', 'border', 'prod'), epg(other, [prefix], 'export-rtctrl')]),
    });

    assert.deepEqual(holders(prefix), []);
  });

  it('tells as soon as a holder lets go of a prefix: then a round looks at whoever was kept from it', async () => {
    world = await startWorld({
      seed: (fabric) => fabric.seed([l3out('k8s', 'border', 'prod'), epg(other, [prefix])]),
    });
    assert.deepEqual(holders(prefix), [other]);

    world.fabric.remove(`${dnOf(other)}/extsubnet-[${prefix}]`);
    await world.awaitDrift(other);

    assert.deepEqual(holders(prefix), []);
  });

  it('keeps nothing of who asked for the holders of a prefix', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, subnet('10.1.0.1')));
    world.drifted();

    const drafts = Array.from({ length: 50 }, (_, index) => key(`k8s/calico/draft-${index}`));
    assert.ok(drafts.every((draft) => world.system.view.holders(draft, prefix).length === 1));
    await world.write(remove(web, subnet('10.1.0.1')));

    assert.deepEqual(world.drifted(), []);
  });

  it('is followed where something of ours is left, although no mapping names that L3Out', async () => {
    const left = mo('l3extInstP', { dn: dnOf(other), annotation: formatMark(mark) }, [
      mo('fvRsProv', { tnVzBrCPName: 'web' }),
    ]);
    world = await startWorld({ seed: (fabric) => fabric.seed([l3out('k8s', 'border', 'prod'), left]) });

    const owned = [...world.system.view.owned()];

    assert.deepEqual(
      owned.map((each) => each.key.name),
      [other],
    );
    assert.equal(world.object(other).items.size, 1);
  });

  it('lets nothing talk to it until a contract of it is formed', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, relation('provides', 'missing')));
    const before = reachability();
    assert.equal(world.system.view.resolves(key(web), 'provides', 'missing'), false);

    world.fabric.seed(mo('fvTenant', { name: 'k8s' }, [mo('vzBrCP', { name: 'missing' })]));
    await world.awaitDrift(web);
    await world.system.refresh([key(web)], signal);
    await until(() => world.system.view.resolves(key(web), 'provides', 'missing'), 'the contract');
    // The relation is formed a moment after the contract is there, in a notification of its own.
    await until(async () => {
      await world.system.refresh([key(web)], signal);
      return reachability() !== 'isolated';
    }, 'the formed relation');

    assert.deepEqual([before, reachability()], ['isolated', 'contract']);
  });

  it('finds contracts in the tenant and in common', async () => {
    world = await startWorld();

    const found = ['web', 'default', 'nothing'].map((name) =>
      world.system.view.resolves(key(web), 'provides', name),
    );

    assert.deepEqual(found, [true, true, false]);
  });

  it('inherits contracts from a master that has one', async () => {
    world = await startWorld();
    await world.write(create(web), create('k8s/calico/master'));
    await world.write(add(web, relation('inherits', 'master')));
    const before = reachability();

    await world.write(add('k8s/calico/master', relation('provides', 'web')));

    assert.deepEqual([before, reachability()], ['isolated', 'inherited']);
    assert.equal(world.system.view.resolves(key(web), 'inherits', 'master'), true);
  });

  it('is open to all in a VRF that enforces nothing, or whose vzAny has a contract, whether it exists or not', async () => {
    world = await startWorld();
    const seen = [reachability()];

    world.fabric.seed(
      mo('vzAny', { dn: 'uni/tn-k8s/ctx-prod/any' }, [mo('vzRsAnyToCons', { tnVzBrCPName: 'web' })]),
    );
    await until(() => reachability() === 'vzAny', 'vzAny');
    seen.push(reachability());
    world.fabric.seed(mo('fvCtx', { dn: 'uni/tn-k8s/ctx-prod', pcEnfPref: 'unenforced' }));
    await until(() => reachability() === 'unenforced', 'an unenforced VRF');

    assert.deepEqual(seen, ['isolated', 'vzAny']);
    assert.ok(world.drifted().includes('all'));
  });

  it('is in the preferred group only where the VRF has one', async () => {
    world = await startWorld({
      seed: (fabric) => fabric.seed(mo('l3extInstP', { dn: dnOf(web), prefGrMemb: 'include' })),
    });
    const before = reachability();

    world.fabric.seed(mo('vzAny', { dn: 'uni/tn-k8s/ctx-prod/any', prefGrMemb: 'enabled' }));
    await until(() => reachability() === 'preferredGroup', 'the preferred group');

    assert.equal(before, 'isolated');
  });

  it('shows the fault that a leaf raises later, with the prefix, and drops it when it is over', async () => {
    world = await startWorld({
      seed: (fabric) => fabric.seed([l3out('k8s', 'border', 'prod'), epg(other, [prefix])]),
    });

    await world.write(create(web), add(web, subnet('10.1.0.1')));
    await until(() => world.object(web).problems.length > 0, 'the fault');
    const [fault] = world.object(web).problems;
    await world.write(remove(web, subnet('10.1.0.1')));
    world.fabric.clock.advance(180_000);
    await until(() => world.object(web).problems.length === 0, 'the end of the fault');

    assert.equal(fault?.code, 'fabric.fault');
    assert.match(fault.detail, /^10\.1\.0\.1\/32.*F0467/);
  });

  it('does not claim to have checked every conflict when classification leaks between VRFs', async () => {
    world = await startWorld({
      seed: (fabric) => {
        fabric.seed(baseFabric('k8s', 'lab', 'elsewhere'));
        fabric.seed(epg('k8s/elsewhere/x', [prefix], 'import-security,shared-security'));
      },
    });

    assert.equal(world.system.view.conflictsFullyChecked, false);
  });

  it('counts what others put into it', async () => {
    world = await startWorld();
    await world.write(create(web), add(web, subnet('10.1.0.1')));
    const before = world.object(web).foreignChildren;

    world.fabric.seed(mo('l3extSubnet', { dn: `${dnOf(web)}/extsubnet-[10.9.0.0/16]` }));
    await world.awaitDrift(web);
    await world.system.refresh([key(web)], signal);

    assert.deepEqual([before, world.object(web).foreignChildren], [0, 1]);
  });
});
