import assert from 'node:assert/strict';
import { whoMayFrame } from './face.ts';

describe('the page', () => {
  const fabrics = [
    { name: 'dc1', controllers: ['https://apic1.example', 'https://apic2.example'] },
    { name: 'dc2', controllers: ['https://apic3.example'] },
  ];

  it('is framed by nobody unless a fabric’s GUI shows it', () => {
    assert.deepEqual(whoMayFrame(fabrics, undefined), ["'none'"]);
  });

  it('is framed by every controller of the fabric that is named, and by no other', () => {
    assert.deepEqual(whoMayFrame(fabrics, 'dc1'), ["'self'", ...(fabrics[0]?.controllers ?? [])]);
    assert.deepEqual(whoMayFrame(fabrics, 'not declared'), ["'self'"]);
  });
});
