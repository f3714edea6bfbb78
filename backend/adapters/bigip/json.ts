/** JSON as it arrives: nothing in it is believed before it was looked at. */
export type Json = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function recordsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Empty where there is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Numbers come as numbers or as text, by release. */
export function numberOf(value: unknown): number | undefined {
  if (value === '' || (typeof value !== 'number' && typeof value !== 'string')) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** `entries[…].nestedStats.entries` of statistics: by the URL that is each one's name. */
export function statisticsOf(value: unknown): readonly { readonly link: string; readonly entries: Json }[] {
  const outer = isRecord(value) ? value['entries'] : undefined;
  if (!isRecord(outer)) return [];
  return Object.entries(outer).flatMap(([link, entry]) => {
    const nested = isRecord(entry) ? entry['nestedStats'] : undefined;
    const entries = isRecord(nested) ? nested['entries'] : undefined;
    return isRecord(entries) ? [{ link, entries }] : [];
  });
}
