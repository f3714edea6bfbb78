/** Token buckets: so many at once, then so many a second. */
import { LRUCache } from 'lru-cache';

export interface Pacing {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Buckets {
  /** Takes one for whoever it is; returns how many milliseconds there is to wait instead, 0 when it was given. */
  take(who: string): number;
}

/** Whoever was not heard of for long starts anew; so does the oldest of more than this many. */
const remembered = 10_000;

export function createBuckets({ perSecond, burst }: Pacing, monotonic: () => number): Buckets {
  const buckets = new LRUCache<string, { left: number; at: number }>({ max: remembered });
  return {
    take(who) {
      const now = monotonic();
      const bucket = buckets.get(who) ?? { left: burst, at: now };
      bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) * perSecond) / 1000);
      bucket.at = now;
      buckets.set(who, bucket);
      if (bucket.left < 1) return Math.ceil(((1 - bucket.left) * 1000) / perSecond);
      bucket.left -= 1;
      return 0;
    },
  };
}
