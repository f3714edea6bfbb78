import assert from 'node:assert/strict';
import { allClasses } from './classes/all.ts';
import { canContain, classMeta, classOfDn } from './meta.ts';

describe('the class tables', () => {
  it('name only classes and properties that exist', () => {
    const problems = Object.entries(allClasses).flatMap(([name, def]) => {
      const meta = classMeta(name)!;
      const props = [...meta.naming, ...(def.relation ? [def.relation.property] : [])];
      const classes = [...def.parents, ...(def.implicit ?? []), ...(def.relation?.to ?? [])];
      return [
        ...props.filter((prop) => meta.prop(prop) === undefined),
        ...classes.filter((one) => one !== '*' && classMeta(one) === undefined),
        ...(def.implicit ?? []).filter((child) => !canContain(meta, classMeta(child)!)),
      ].map((culprit) => `${name}: ${culprit}`);
    });

    assert.deepEqual(problems, []);
  });

  it('read back the relative names that they write', () => {
    for (const meta of Object.keys(allClasses).map((name) => classMeta(name)!)) {
      const values = Object.fromEntries(meta.naming.map((prop) => [prop, '10.0.0.1/32']));

      assert.deepEqual(meta.parseRn(meta.rnOf(values)), values, meta.name);
    }
  });

  it('tell the class of a DN whether or not the object exists', () => {
    const classes = [
      'uni',
      'uni/tn-a/out-b/instP-c/extsubnet-[::/0]/annotationKey-[a/b]',
      'uni/tn-a/out-b/instP-c/rscons-web',
      'topology/pod-1/node-101/sys',
      'topology/pod-1/node-101/local/svc-policyelem-id-0/uni/epp/rtd-[uni/tn-a]/nwissues/fault-F0467',
    ].map((dn) => {
      const found = classOfDn(dn);
      return 'meta' in found ? found.meta.name : found.badRn;
    });

    assert.deepEqual(classes, ['polUni', 'tagAnnotation', 'fvRsCons', 'topSystem', 'faultInst']);
  });

  it('name the part of a DN that means nothing', () => {
    assert.deepEqual(classOfDn('uni/tn-a/cidr-[x]'), { badRn: 'cidr-[x]' });
  });
});
