/**
 * Looks for secrets in whatever a program leaves behind: as they are, and in every form in which programs write texts.
 */
export interface Secret {
  /** What it is, for people. */
  readonly what: string;
  readonly text: string;
}

export interface Straw {
  /** Where it was found: a file, an answer. */
  readonly where: string;
  readonly bytes: Buffer;
}

/** One line for each secret that is found, and where and how; no secret is in it. */
export function leaksIn(haystack: readonly Straw[], secrets: readonly Secret[]): string[] {
  return haystack.flatMap(({ where, bytes }) =>
    secrets.flatMap(({ what, text }) =>
      Object.entries(formsOf(text))
        .filter(([, forms]) => forms.some((form) => bytes.includes(form)))
        .map(([how]) => `${what}, ${how}, in ${where}`),
    ),
  );
}

/** Of what has many lines (keys), one from its middle stands for all. */
function formsOf(text: string): Readonly<Record<string, readonly string[]>> {
  const lines = text.trim().split('\n');
  const needle = lines[Math.floor(lines.length / 2)] ?? text;
  const bytes = Buffer.from(needle);
  const hex = bytes.toString('hex');
  return {
    'as it is': [needle],
    'as JSON': [escapedOnce(needle), escapedOnce(escapedOnce(needle))],
    'in a URL': [encodeURIComponent(needle), encodeURIComponent(needle).replaceAll('%20', '+')],
    'in base64': inBase64(bytes, 'base64'),
    'in base64url': inBase64(bytes, 'base64url'),
    'in hex': [hex, hex.toUpperCase()],
    'in UTF-16': [bytes.toString('utf8').split('').join('\0')],
  };
}

function escapedOnce(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** However many bytes stand before it; without the characters that its neighbours have a part in. */
function inBase64(bytes: Buffer, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString(encoding)
      .replace(/=+$/, '');
    const first = Math.ceil((before * 8) / 6);
    const whole = Math.floor(((before + bytes.length) * 8) / 6);
    return text.slice(first, whole);
  });
}
