import assert from 'node:assert/strict';
import { exampleOf, exampleWith, groupName, renderName } from './name-example.ts';

const example = exampleOf('shop', 'prod-b', undefined);

describe('the example of a name', () => {
  it('fills in placeholders that follow from the grouping, and tells of others', () => {
    const name = renderName('{cluster}_{namespace}_{service}', 'workload', example);

    assert.deepEqual(name, { text: 'prod-b_shop_{service}', unknown: ['service'], cut: false });
  });

  it('says when the name is longer than ACI takes', () => {
    assert.equal(renderName(`${'x'.repeat(60)}_{cluster}`, 'workload', example).cut, true);
  });

  it('takes the names of a group that is there', () => {
    const real = exampleWith(example, 'workload prod-a/mail/smtp');

    assert.equal(groupName('workload', real), 'prod-a/mail/smtp');
    assert.equal(exampleWith(example, 'mapping shop'), example);
  });

  it('says how a group is called', () => {
    assert.equal(groupName('workload', example), 'prod-b/shop/web');
  });
});
