import assert from 'node:assert/strict';
import { ApicError } from '../model/errors.ts';
import { classMeta } from '../model/meta.ts';
import { Mo } from '../model/mo.ts';
import { parseFilter } from './filter.ts';

function subnet(values: Record<string, string>): Mo {
  const mo = new Mo(classMeta('l3extSubnet')!, {
    dn: 'uni/tn-a/out-b/instP-c/extsubnet-[x]',
    rn: 'extsubnet-[x]',
  });
  Object.assign(mo.own, values);
  return mo;
}

const mo = subnet({
  ip: '10.0.0.7/32',
  scope: 'import-security,shared-security',
  descr: 'say "hi"',
  name: '12',
});

describe('filter expressions', () => {
  const cases: readonly [string, boolean][] = [
    ['eq(l3extSubnet.ip,"10.0.0.7/32")', true],
    ['and(eq(l3extSubnet.ip,"10.0.0.7/32"))', true],
    ['and(true(),false())', false],
    ['or( eq(l3extSubnet.ip,"x") , wcard(l3extSubnet.dn,"out-b/instP") )', true],
    ['xor(true(),true())', false],
    ['not(eq(l3extSubnet.ip,"x"))', true],
    ['eq(l3extSubnet.descr,"say \\"hi\\"")', true],
    ['wcard(l3extSubnet.ip,"10.0.*")', true],
    ['wcard(l3extSubnet.ip,"^0.0")', false],
    ['anybit(l3extSubnet.scope,"shared-security,export-rtctrl")', true],
    ['allbits(l3extSubnet.scope,"shared-security,export-rtctrl")', false],
    ['gt(l3extSubnet.name,"9")', true],
    ['bw(l3extSubnet.name,"10","13")', true],
    ['le(l3extSubnet.name,"11")', false],
    ['eq(fvTenant.name,"12")', false],
  ];
  for (const [source, expected] of cases) {
    it(`${expected ? 'match' : 'do not match'} with ${source}`, () => {
      assert.equal(parseFilter(source)(mo), expected);
    });
  }

  const refused: readonly [string, RegExp][] = [
    ['wcard(l3extSubnet.ip,"*7")', /^Incorrect filter format for l3extSubnet\.ip, value '\*7' is not valid$/],
    ['allbit(l3extSubnet.scope,"x")', /no such filter type/],
    ['eq(l3extSubnet.ip,"x"', /Incorrect filter format/],
    ['eq(l3extSubnet.ip)', /Incorrect filter format/],
    ['eq(l3extSubnet.ip,"x"))', /Incorrect filter format/],
    ['"x"', /Incorrect filter format/],
  ];
  for (const [source, text] of refused) {
    it(`are refused with code 301: ${source}`, () => {
      assert.throws(
        () => parseFilter(source),
        (error) => error instanceof ApicError && error.code === '301' && text.test(error.message),
      );
    });
  }
});
