/** Who may log in, and what their roles let them do. */
export interface User {
  readonly name: string;
  readonly password: string;
  readonly role: Role;
  /** Absent: all. */
  readonly partitions?: readonly string[] | undefined;
}

/** `operator` turns members and nodes on and off; `guest` reads. */
export type Role = 'admin' | 'resource-admin' | 'manager' | 'operator' | 'guest';

const onAndOff = new Set(['session', 'state']);

export function mayRead(user: User, partition: string): boolean {
  return user.partitions === undefined || partition === 'Common' || user.partitions.includes(partition);
}

/** `attributes`: those that are written; undefined for creating and removing. */
export function mayWrite(user: User, partition: string, attributes: readonly string[] | undefined): boolean {
  if (user.role === 'guest') return false;
  if (user.partitions !== undefined && !user.partitions.includes(partition)) return false;
  if (user.role !== 'operator') return true;
  return attributes?.every((name) => onAndOff.has(name)) === true;
}
