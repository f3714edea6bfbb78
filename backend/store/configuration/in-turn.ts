/** Runs one thing after another, in the order in which they were asked for. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  run<Result>(body: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(body);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves once everything that was asked for is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
