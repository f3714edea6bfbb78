/** One after the other: a device takes one writer, and a save is one. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<Result>(act: () => Promise<Result>): Promise<Result> {
    const run = this.#last.then(act);
    this.#last = run.catch(() => undefined);
    return run;
  }
}
