/** Monitor rules of pools, members and nodes: `/Common/http`, `/Common/a and /Common/b`, `min 1 of { /Common/a /Common/b }`. */

/** The monitors that the rule names; none for none. */
export function parseMonitors(rule: string): string[] {
  const names = rule
    .replace(/^\s*min\s+\d+\s+of\s*/, '')
    .replaceAll(/[{}]/g, ' ')
    .split(/\s+/)
    .filter((word) => !['', 'and', 'none', '/Common/none', 'default'].includes(word));
  return names.map((name) => (name.startsWith('/') ? name : `/Common/${name}`));
}
