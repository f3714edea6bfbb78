/** What is known of the fabric as a whole. */
import { problem } from '../../model/problems.ts';
import { Status } from '../system/status.ts';
import type { FabricIdentity } from './reader.ts';

export class FabricStatus extends Status {
  /** Of its first controller, as last read. */
  release: string | undefined;

  constructor() {
    super(problem('fabric.incomplete', 'the fabric has not been read yet'));
  }

  answered({ identity, release }: FabricIdentity): void {
    this.identity = identity;
    this.release = release;
  }
}
