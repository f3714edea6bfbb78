/** The list with what was typed or pasted in it: parted by commas, blanks and lines, each once. */
export function addedTo(list: readonly string[], typed: string): readonly string[] {
  const parts = typed
    .split(/[\s,]+/)
    .map((each) => each.replaceAll(/^["'[]+|["'\]]+$/g, ''))
    .filter((each) => each !== '');
  return [...new Set([...list, ...parts])];
}
