/** Does anything answer there, and does it speak TLS? */
import type { TestStep } from '../api/contract/tests.ts';
import { bad, good, listed, warning } from './step.ts';
import type { ReachFailure, Reading } from './ports.ts';

type Unread = Extract<Reading, { failure: unknown }>;

const words: Readonly<Record<ReachFailure, { readonly what: string; readonly next: string }>> = {
  name: {
    what: 'the host name leads nowhere',
    next: 'Check the spelling, and that the DNS servers of this machine know the name; or give the IP address.',
  },
  refused: {
    what: 'nothing listens on this port',
    next: 'Check the port, and that the service runs.',
  },
  noRoute: {
    what: 'there is no way to it through the network',
    next: 'Check the address, and the routes of the network that this product runs in.',
  },
  silent: {
    what: 'no connection within the time given',
    next: 'Check the address, and that no firewall between here and there drops the connection.',
  },
  noAnswer: {
    what: 'it takes the connection and says nothing',
    next: 'Check the port: what listens there does not speak TLS, or hangs.',
  },
  ended: {
    what: 'it ends the connection before TLS is agreed on',
    next: 'Check the port, and that nothing on the way, such as a firewall or a load balancer without a server behind it, ends connections.',
  },
  http: {
    what: 'it speaks HTTP without TLS',
    next: 'Give the port that speaks HTTPS. If this is the address of an HTTP proxy, give the address of the system itself: connections are made directly.',
  },
  notTls: {
    what: 'what answers does not speak TLS',
    next: 'Check the port: another service listens there.',
  },
  tls: {
    what: 'it speaks TLS, and the two sides cannot agree',
    next: 'Check that it offers TLS 1.2 or 1.3, and shows a certificate.',
  },
};

function said({ at, failure, detail }: Unread): string {
  return `${at}: ${words[failure].what} (${detail})`;
}

/** Of all addresses that were given for one system; any one is enough to work with. */
export function reachStep(readings: readonly Reading[]): TestStep {
  const there = readings.flatMap((reading) => ('certificate' in reading ? [reading.at] : []));
  const silent = readings.flatMap((reading) => ('failure' in reading ? [reading] : []));
  const [first] = silent;
  if (first === undefined)
    return good('reach', `${listed(there)} ${there.length > 1 ? 'answer' : 'answers'}`);
  const { next } = words[first.failure];
  const failures = silent.map(said).join('; ');
  if (there.length === 0) return bad('reach', failures, next);
  return warning('reach', `${listed(there)} ${there.length > 1 ? 'answer' : 'answers'}; ${failures}`, next);
}
