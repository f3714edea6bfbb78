/** Tables as text that a spreadsheet takes. */

export function csvOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, ...rows].map((cells) => cells.map(cellText).join(',')).join('\n');
}

/** Trap: a spreadsheet runs what begins like a formula, and part of this text is chosen by whoever names a pod. */
function cellText(cell: string): string {
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
