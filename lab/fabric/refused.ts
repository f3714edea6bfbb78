/** What somebody asked of the simulator itself makes no sense; the message says why. */
export class Refused extends Error {}
