#!/usr/bin/env node
/**
 * The entry: keeps compiled code for the next start, where the system lets it, and hands over to the command line.
 */
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./cli.ts');
