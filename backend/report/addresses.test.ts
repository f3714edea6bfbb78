import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressQuerySchema, addressRowSchema, type AddressQuery } from '../api/contract/addresses.ts';
import {
  address,
  dc1,
  desiredItem,
  eepg,
  f5,
  FakeFabric,
  podAddress,
  wantedOf,
} from '../../test/support/report-world.ts';
import type { SourceName, TargetKey } from '../model/identity.ts';
import type { DesiredItem, ExposedAddress } from '../model/target-object.ts';
import { createAddresses, type Addresses } from './addresses.ts';

const pool: TargetKey = { system: f5, kind: 'pool', name: 'k8s/web' };

function query(wish: Partial<Record<keyof AddressQuery, unknown>> = {}): AddressQuery {
  return addressQuerySchema.parse(wish);
}

/** The item of an address, with its one reason changed. */
function item(text: string, change: Partial<ExposedAddress> = {}): DesiredItem {
  const made = desiredItem('shop', address(text));
  return { ...made, reasons: made.reasons.map((reason) => ({ ...reason, ...change })) };
}

function arrange(): { fabric: FakeFabric; bigip: FakeFabric; addresses: Addresses } {
  const fabric = new FakeFabric();
  const bigip = new FakeFabric(f5);
  const addresses = createAddresses({ wanted: wantedOf([fabric, bigip]), systems: () => [dc1, f5] });
  return { fabric, bigip, addresses };
}

function shown(addresses: Addresses, wish: Parameters<typeof query>[0] = {}): string[] {
  return addresses.addresses(query(wish)).rows.map((row) => row.address);
}

describe('the table of addresses', () => {
  it('shows each address of an origin once, with all that want it', () => {
    const { fabric, bigip, addresses } = arrange();
    fabric.want(eepg('web'), 'shop', [podAddress(1)]);
    fabric.want(eepg('all'), 'everything', [podAddress(1)]);
    bigip.want(pool, 'shop', [podAddress(1)]);

    const page = addresses.addresses(query());

    assert.deepEqual(page, {
      total: 1,
      of: 1,
      rows: [
        {
          address: '10.244.0.1',
          addressKind: 'pod',
          source: 'prod-a',
          origin: 'pod shop/pod-10.244.0.1',
          node: 'node-1',
          state: 'ready',
          mappings: ['everything', 'shop'],
          targets: [
            'dc1|externalEpg|k8s/calico/all',
            'dc1|externalEpg|k8s/calico/web',
            'f5-edge|pool|k8s/web',
          ],
        },
      ],
    });
    assert.ok(addressRowSchema.safeParse(page.rows[0]).success);
  });

  it('shows an address that two clusters have twice', () => {
    const { fabric, addresses } = arrange();
    const { reasons, ...rest } = item('10.0.0.1');
    const twice = [...reasons, ...reasons.map((one) => ({ ...one, cluster: 'prod-b' as SourceName }))];
    fabric.wantItems(eepg('web'), 'shop', [{ ...rest, reasons: twice }]);

    const { rows } = addresses.addresses(query());

    assert.deepEqual(
      rows.map(({ source }) => source),
      ['prod-a', 'prod-b'],
    );
  });

  it('counts addresses in their order, IPv4 before IPv6', () => {
    const { fabric, addresses } = arrange();
    const texts = ['fd00::10', '10.0.0.10', 'fd00::9', '9.255.0.1', '10.0.0.9', '::1'];
    fabric.wantItems(
      eepg('web'),
      'shop',
      texts.map((text) => item(text)),
    );

    assert.deepEqual(shown(addresses), ['9.255.0.1', '10.0.0.9', '10.0.0.10', '::1', 'fd00::9', 'fd00::10']);
    assert.deepEqual(shown(addresses, { descending: 'true', limit: 2 }), ['fd00::10', 'fd00::9']);
  });

  it('sorts by a column, and by address where that is the same', () => {
    const { fabric, addresses } = arrange();
    fabric.wantItems(eepg('web'), 'shop', [
      item('10.0.0.10', { node: 'a' }),
      item('10.0.0.3', { node: undefined }),
      item('10.0.0.2', { node: 'b' }),
      item('10.0.0.9', { node: 'a' }),
    ]);

    assert.deepEqual(shown(addresses, { sort: 'node' }), ['10.0.0.3', '10.0.0.9', '10.0.0.10', '10.0.0.2']);
  });

  it('finds by part of an address, origin, node, mapping or target, in any case', () => {
    const { fabric, addresses } = arrange();
    fabric.wantItems(eepg('web'), 'shop', [item('10.0.0.1', { node: 'Node-7' }), item('10.0.1.1')]);
    fabric.want(eepg('other'), 'bank', [address('10.9.0.1')]);

    for (const [search, found] of Object.entries({
      '10.0.1.': ['10.0.1.1'],
      'node-7': ['10.0.0.1'],
      BANK: ['10.9.0.1'],
      'calico/web': ['10.0.0.1', '10.0.1.1'],
      'pod-10.0.1': ['10.0.1.1'],
      nothing: [],
    }))
      assert.deepEqual(shown(addresses, { search }), found, search);
  });

  it('filters by source, mapping and state, and says how many there are in all', () => {
    const { fabric, addresses } = arrange();
    fabric.wantItems(eepg('web'), 'shop', [
      item('10.0.0.1', { state: 'terminating' }),
      item('10.0.0.2', { cluster: 'prod-b' as SourceName }),
    ]);
    fabric.want(eepg('other'), 'bank', [address('10.0.0.3')]);

    const page = addresses.addresses(query({ state: 'terminating' }));

    assert.deepEqual([page.total, page.of], [1, 3]);
    assert.deepEqual(shown(addresses, { source: 'prod-b' }), ['10.0.0.2']);
    assert.deepEqual(shown(addresses, { mapping: 'bank' }), ['10.0.0.3']);
    assert.deepEqual(shown(addresses, { mapping: 'bank', source: 'prod-b' }), []);
  });

  it('shows what changed once it is told so', () => {
    const { fabric, addresses } = arrange();
    fabric.want(eepg('web'), 'shop', [podAddress(1)]);
    const before = shown(addresses);
    fabric.want(eepg('web'), 'shop', [podAddress(2)]);

    addresses.changed();

    assert.deepEqual([before, shown(addresses)], [['10.244.0.1'], ['10.244.0.2']]);
  });

  it('forgets who no longer wants an address, and what nobody wants', () => {
    const { fabric, bigip, addresses } = arrange();
    fabric.want(eepg('web'), 'shop', [podAddress(1), podAddress(2)]);
    bigip.want(pool, 'bank', [podAddress(1)]);
    shown(addresses);
    fabric.unwant(eepg('web'));

    addresses.changed();
    const { rows } = addresses.addresses(query());

    assert.deepEqual(
      rows.map(({ address: at, mappings, targets }) => [at, mappings, targets]),
      [['10.244.0.1', ['bank'], ['f5-edge|pool|k8s/web']]],
    );
  });

  it('shows the state that an address has now, whichever object was told first', () => {
    const { fabric, bigip, addresses } = arrange();
    const now = (state: ExposedAddress['state']): void => {
      fabric.wantItems(eepg('web'), 'shop', [item('10.0.0.1', { state })]);
      bigip.wantItems(pool, 'shop', [item('10.0.0.1', { state })]);
      addresses.changed();
    };
    now('ready');
    shown(addresses);

    now('terminating');

    assert.deepEqual(
      addresses.addresses(query()).rows.map(({ state }) => state),
      ['terminating'],
    );
  });

  it('is the same however it came about', () => {
    const changes = fc.array(
      fc.record({
        group: fc.nat(3),
        mapping: fc.constantFrom('shop', 'bank'),
        pods: fc.uniqueArray(fc.nat(6)),
      }),
      { maxLength: 8 },
    );

    fc.assert(
      fc.property(changes, (all) => {
        const { fabric, addresses } = arrange();
        for (const { group, mapping, pods } of all) {
          if (pods.length === 0) fabric.unwant(eepg(`g${group}`));
          else fabric.want(eepg(`g${group}`), mapping, pods.map(podAddress));
          addresses.changed();
          shown(addresses);
        }
        const anew = createAddresses({ wanted: fabric, systems: () => [dc1] });
        const rows = (from: Addresses): unknown => from.addresses(query()).rows;

        assert.deepEqual(rows(addresses), rows(anew));
      }),
      { numRuns: 100 },
    );
  });

  it('has the same order in every column after few of many changed', () => {
    const group = fc.array(fc.nat(200), { maxLength: 3 });
    const sorts = ['address', 'origin', 'node', 'state', 'mapping'] as const;

    fc.assert(
      fc.property(fc.array(group, { maxLength: 4 }), (changes) => {
        const { fabric, addresses } = arrange();
        const of = (n: number): DesiredItem => item(`10.1.${n % 7}.${n}`, { node: `node-${n % 5}` });
        const many = Array.from({ length: 100 }, (_, index) => of(index));
        fabric.wantItems(eepg('many'), 'shop', many);
        for (const sort of sorts) shown(addresses, { sort });
        for (const [index, pods] of changes.entries()) {
          const items = [...new Set(pods)].map(of);
          if (items.length === 0) fabric.unwant(eepg(`g${index % 2}`));
          else fabric.wantItems(eepg(`g${index % 2}`), 'bank', items);
          addresses.changed();
          shown(addresses);
        }
        const anew = createAddresses({ wanted: fabric, systems: () => [dc1] });
        const all = (from: Addresses, sort: string): unknown =>
          from.addresses(query({ sort, limit: 1000 })).rows;

        for (const sort of sorts) assert.deepEqual(all(addresses, sort), all(anew, sort), sort);
      }),
      { numRuns: 60 },
    );
  });

  it('has pages that make up the whole, either way round, without a row twice', () => {
    const { fabric, addresses } = arrange();
    const numbers = Array.from({ length: 60 }, (_, index) => podAddress(index * 7));
    fabric.want(eepg('web'), 'shop', numbers);
    const whole = shown(addresses, { limit: 1000 });

    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.boolean(), (limit, isDown) => {
        const descending = String(isDown);
        const pages = Array.from({ length: 62 }, (_, index) =>
          shown(addresses, { limit, offset: index * limit, descending }),
        );

        assert.deepEqual(pages.flat(), isDown ? whole.toReversed() : whole);
      }),
      { numRuns: 30 },
    );
  });
});
