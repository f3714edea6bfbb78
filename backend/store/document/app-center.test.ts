import assert from 'node:assert/strict';
import { describeFault } from './fault.ts';
import { checkDocument } from './parse-document.ts';

function check(...fabrics: readonly object[]): unknown {
  const result = checkDocument({ version: 1, instance: 'test', fabrics });
  return 'document' in result ? result.document.fabrics : result.faults.map(describeFault);
}

describe('the fabric on whose APIC we run', () => {
  it('is declared by its name alone', () => {
    assert.deepEqual(check({ name: 'apic', appCenter: true }), [
      { name: 'apic', batchObjects: 1000, batchBytes: 1_048_576, resyncMs: 600_000, appCenter: true },
    ]);
  });

  it('has no address and no credentials', () => {
    const faults = check({ name: 'apic', appCenter: true, controllers: ['https://a'] });

    assert.match(String(faults), /^fabrics\[0\]\.controllers: .*no such key/);
  });

  it('is one', () => {
    const faults = check({ name: 'a', appCenter: true }, { name: 'b', appCenter: true });

    assert.match(String(faults), /^fabrics\[1\]\.appCenter: found true, expected no such key: fabrics\[0\]/);
  });

  it('is no other value', () => {
    assert.match(
      String(check({ name: 'a', appCenter: 'yes' })),
      /^fabrics\[0\]\.appCenter: .*true, for the fabric/,
    );
  });
});
