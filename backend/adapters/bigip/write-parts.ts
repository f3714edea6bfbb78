/** What writing is made from, and what writes of pools and members share. */
import type { Clock } from '../../model/clock.ts';
import type { Counters } from './counters.ts';
import type { BigIpRequest } from './exchange.ts';
import type { Mirror } from './mirror.ts';
import type { Log } from './options.ts';
import type { Reader } from './reader.ts';
import type { Session } from './session.ts';
import type { Upkeep } from './upkeep.ts';

export interface WriterOptions {
  readonly session: Pick<Session, 'request'>;
  readonly reader: Reader;
  readonly mirror: Mirror;
  readonly upkeep: Upkeep;
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: Counters;
  /** Something was changed. */
  readonly onWritten: () => void;
}

export interface Parts extends Omit<WriterOptions, 'session' | 'counters' | 'onWritten'> {
  readonly send: (request: BigIpRequest, signal: AbortSignal) => Promise<void>;
}
