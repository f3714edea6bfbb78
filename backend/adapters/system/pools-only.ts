/** What every system that holds only pools answers: no address in one pool is in the way of another, nothing has to be resolved. */
export abstract class PoolsOnly {
  readonly conflictsFullyChecked = true;

  holders(): readonly never[] {
    return [];
  }

  collide(): boolean {
    return false;
  }

  lacks(): undefined {
    return undefined;
  }

  resolves(): boolean {
    return true;
  }
}
