/**
 * Run by the ledger's test as a process of its own: approves two changes at a time, and tells after each call how many that
 * makes, until it is killed.
 */
import type { MappingName } from '../../model/identity.ts';
import { openLedger } from './ledger.ts';

const ledger = openLedger(process.argv[2] ?? ':memory:');
let count = 0;

function approveTwo(): void {
  const changes = new Set([`change ${count}`, `change ${count + 1}`]);
  ledger.approve({ mapping: 'web' as MappingName, changes }, 'child', count);
  count += 2;
  process.send?.(count);
  setImmediate(approveTwo);
}

approveTwo();
