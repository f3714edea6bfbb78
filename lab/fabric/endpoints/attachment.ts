/** Where an endpoint is attached: a port of one leaf, or a port channel of a vPC pair. */
export interface Attachment {
  /** Ids of the leaf, or of the two leaves of a vPC pair. */
  readonly nodes?: readonly number[] | undefined;
  /** Name of the port or port channel, `eth1/1`. */
  readonly path?: string | undefined;
  /** `vlan-201`. */
  readonly encap?: string | undefined;
}

const pathRe = /^topology\/pod-\d+\/(?:prot)?paths-(\d+)(?:-(\d+))?\/pathep-\[(.*)\]$/s;

export function fabricPathDn(nodes: readonly number[], path: string | undefined): string {
  const [first, second] = nodes.toSorted((a, b) => a - b);
  if (first === undefined) return '';
  const leaves = second === undefined ? `paths-${first}` : `protpaths-${first}-${second}`;
  return `topology/pod-1/${leaves}/pathep-[${path ?? (second === undefined ? 'eth1/1' : 'vpc-1')}]`;
}

/** Reads what `fabricPathDn` wrote; of anything else, no leaf is known. */
export function attachmentOf(dn: string): { nodes: number[]; path: string } {
  const [, first, second, path = ''] = pathRe.exec(dn) ?? [];
  return { nodes: [first, second].filter((id) => id !== undefined).map(Number), path };
}
