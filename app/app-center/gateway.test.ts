import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { problemOf } from '../../backend/model/problems.ts';
import { apicUrl, defaultGateway, proxyOfApic } from './gateway.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT';

function table(...rows: readonly string[]): string {
  return [head, ...rows.map((row) => row.split(' ').join('\t')), ''].join('\n');
}

const bridge = 'eth0 00000000 010011AC 0003 0 0 0 00000000 0 0 0';
const local = 'eth0 000011AC 00000000 0001 0 0 0 0000FFFF 0 0 0';

describe('defaultGateway', () => {
  it('reads the address from its little end', () => {
    assert.equal(defaultGateway(table(bridge, local)), '172.17.0.1');
  });

  it('reads any address back', () => {
    const part = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(part, part, part, part), (parts) => {
        const hex = parts
          .toReversed()
          .map((each) => each.toString(16).padStart(2, '0').toUpperCase())
          .join('');

        assert.equal(defaultGateway(table(bridge.replace('010011AC', hex))), parts.join('.'));
      }),
    );
  });

  it('takes the route with the least metric, and of equals the first', () => {
    const row = (gateway: string, metric: number): string =>
      `eth0 00000000 ${gateway} 0003 0 0 ${metric} 00000000 0 0 0`;

    const least = defaultGateway(table(row('0100000A', 200), row('0200000A', 100), row('0300000A', 100)));

    assert.equal(least, '10.0.0.2');
  });

  const none: readonly [string, string][] = [
    ['nothing but the network itself', table(local)],
    ['a half of everything', table('tun0 00000000 010011AC 0003 0 0 0 00000080 0 0 0')],
    ['a route that is down', table(bridge.replace('0003', '0002'))],
    ['a route without a gateway', table('eth0 00000000 00000000 0001 0 0 0 00000000 0 0 0')],
    ['an empty table', ''],
    ['something else', 'no routes here\nat all\n'],
  ];
  for (const [what, text] of none)
    it(`finds none in ${what}`, () => {
      assert.equal(defaultGateway(text), undefined);
    });
});

describe('apicUrl', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'routes-')), 'route');
  writeFileSync(file, table(bridge));

  it('is the gateway, unless it is given', () => {
    assert.equal(apicUrl({}, file), 'https://172.17.0.1');
    assert.equal(apicUrl({ KUBESYNC_APIC_URL: 'https://10.0.0.1:8443/' }, file), 'https://10.0.0.1:8443');
  });

  const faults: readonly [Record<string, string>, string, RegExp][] = [
    [{ KUBESYNC_APIC_URL: 'http://10.0.0.1' }, file, /KUBESYNC_APIC_URL/],
    [{}, '/nowhere/route', /ENOENT/],
    [{}, '/dev/null', /no default route/],
  ];
  for (const [variables, routes, detail] of faults)
    it(`says what is wrong with ${JSON.stringify(variables)} and ${routes.replace(/^\/tmp.*/, 'a gateway')}`, () => {
      const thrown = ((): unknown => {
        try {
          return apicUrl(variables, routes);
        } catch (error) {
          return error;
        }
      })();

      assert.equal(problemOf(thrown).code, 'app-center.gateway');
      assert.match(problemOf(thrown).detail, detail);
    });
});

describe('proxyOfApic', () => {
  it('is the gateway, and nobody where there is none', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'routes-')), 'route');
    writeFileSync(file, table(bridge));

    assert.equal(proxyOfApic(file), '172.17.0.1');
    assert.deepEqual([proxyOfApic('/nowhere/route'), proxyOfApic('/dev/null')], [undefined, undefined]);
  });
});
