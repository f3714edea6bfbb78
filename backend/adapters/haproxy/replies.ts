/**
 * Cuts what the Runtime API sends into replies.
 *
 * An interactive connection ends each reply with a line feed and the prompt. The end of a connection is no good end: a HAProxy that is killed
 * halfway through a list would have sent a list. Nor is a blank line: some replies have none, others several.
 * The prompt cannot stand at the start of a line in what we ask for, since names hold neither spaces nor `>`. Should it ever: a line
 * of commands is sent only after every reply to the one before, so what is left over is noticed, and the connection given up.
 */

const prompt = '\n> ';

export class Replies {
  #text = '';
  #searched = 0;

  /** Takes what came, in pieces of any size, and returns the replies that are complete with it. */
  take(piece: string): readonly string[] {
    this.#text += piece;
    const complete: string[] = [];
    for (;;) {
      const end = this.#text.indexOf(prompt, this.#searched);
      if (end === -1) break;
      complete.push(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + prompt.length);
      this.#searched = 0;
    }
    this.#searched = Math.max(0, this.#text.length - prompt.length + 1);
    return complete;
  }

  /** The beginning of a reply whose end has not come. */
  get rest(): string {
    return this.#text;
  }
}

export interface Reply {
  /** As syslog counts: 0 to 3 are failures. undefined: it carries none, as data and silent success do not. */
  readonly severity: number | undefined;
  readonly text: string;
}

const marked = /^\[(\d)\]: /;

/** Needs `set severity-output number`. */
export function parseReply(raw: string): Reply {
  const match = marked.exec(raw);
  if (match === null) return { severity: undefined, text: raw.trim() };
  return { severity: Number(match[1]), text: raw.slice(match[0].length).trim() };
}
