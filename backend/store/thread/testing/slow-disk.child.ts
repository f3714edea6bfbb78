/** The thread that touches the disk, on one that takes its time over the first text: 1.2 s until that is there, before it takes its place. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const never = new Int32Array(new SharedArrayBuffer(4));
const { fsyncSync } = fs;
fs.fsyncSync = (file) => {
  fs.fsyncSync = fsyncSync;
  syncBuiltinESMExports();
  Atomics.wait(never, 0, 0, 1200);
  fsyncSync(file);
};
syncBuiltinESMExports();
await import('../storage-worker.ts');
