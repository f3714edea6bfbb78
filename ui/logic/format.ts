/** Numbers and times as people read them. */

const grouping = new Intl.NumberFormat('en-US');

export function formatCount(count: number): string {
  return grouping.format(count);
}

/** `1 cluster`, `3 clusters`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** How long ago, in the largest unit that says enough. */
export function formatAgo(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} d ago`;
}

/** For how long, on the server's time. */
export function formatSince(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

export function formatDuration(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

/** In which times are told. */
export type Zone = 'utc' | 'local';

/** Time of day. */
export function formatTime(at: number, zone: Zone): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour12: false, ...inZone(zone) });
}

/** Day and time: `2026-11-22 09:41:07`. */
export function formatMoment(at: number, zone: Zone): string {
  return new Date(at).toLocaleString('sv-SE', inZone(zone));
}

function inZone(zone: Zone): Intl.DateTimeFormatOptions {
  return zone === 'utc' ? { timeZone: 'UTC' } : {};
}

/** In full, in UTC: what the logs say. */
export function formatUtc(at: number): string {
  return `${formatMoment(at, 'utc')} UTC`;
}
