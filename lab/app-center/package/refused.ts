/** A package that is not taken, or a step that an app is not ready for; with the code of the check where there is one. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
