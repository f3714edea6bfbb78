/**
 * A program that runs inside a network namespace and carries bytes between it and sockets in the file system, which are
 * the same in every namespace. Its argument is a list of routes, as JSON; it prints a line when it listens on all of them,
 * and ends when its standard input does.
 */
import { connect, createServer } from 'node:net';
import type { Route } from './relay.ts';

const routes = JSON.parse(process.argv[2] ?? '[]') as readonly Route[];
for (const { listen, to } of routes)
  await new Promise<void>((resolve, reject) => {
    createServer({ allowHalfOpen: true }, (from) => {
      const onward = connect({ ...to, allowHalfOpen: true });
      from.pipe(onward).pipe(from);
      from.once('error', () => onward.destroy());
      onward.once('error', () => from.destroy());
      onward.once('close', () => from.destroy());
    })
      .once('error', reject)
      .listen(listen, resolve);
  });
process.stdout.write('listening\n');
process.stdin.resume().once('end', () => process.exit(0));
