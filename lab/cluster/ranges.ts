/** Arithmetic on address ranges, both families. */
import ipaddr from 'ipaddr.js';

export interface Range {
  readonly family: 'IPv4' | 'IPv6';
  readonly base: bigint;
  readonly prefix: number;
  /** How many addresses it holds. */
  readonly size: bigint;
}

function toNumber(bytes: readonly number[]): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function toText(value: bigint, family: Range['family']): string {
  const length = family === 'IPv4' ? 4 : 16;
  const bytes: number[] = [];
  for (let shift = (length - 1) * 8; shift >= 0; shift -= 8)
    bytes.push(Number((value >> BigInt(shift)) & 255n));
  return ipaddr.fromByteArray(bytes).toString();
}

export function parseRange(text: string): Range {
  const [address, prefix] = ipaddr.parseCIDR(text);
  const width = address.kind() === 'ipv4' ? 32 : 128;
  const size = 1n << BigInt(width - prefix);
  const whole = toNumber(address.toByteArray());
  return { family: width === 32 ? 'IPv4' : 'IPv6', base: whole - (whole % size), prefix, size };
}

export function addressAt(range: Range, index: number): string {
  return toText(range.base + BigInt(index), range.family);
}

/** The nth subnet of the given prefix length inside `range`; undefined past its end. */
export function subnetAt(range: Range, prefix: number, index: number): string | undefined {
  const width = range.family === 'IPv4' ? 32 : 128;
  const step = 1n << BigInt(width - prefix);
  if (BigInt(index + 1) * step > range.size) return undefined;
  return `${toText(range.base + BigInt(index) * step, range.family)}/${prefix}`;
}

/** Hands out addresses in turn: one that was given back is used again only after all others have had their turn. */
export class Turnstile {
  readonly #range: Range;
  readonly #first: number;
  readonly #last: number;
  readonly #used = new Map<string, string>();
  #next: number;

  constructor(range: Range, first: number) {
    this.#range = range;
    this.#first = first;
    this.#next = first;
    const end = range.family === 'IPv4' && range.size > 2n ? range.size - 2n : range.size - 1n;
    this.#last = Number(end > 0xffffffn ? 0xffffffn : end);
  }

  get free(): number {
    return this.#last - this.#first + 1 - this.#used.size;
  }

  holder(address: string): string | undefined {
    return this.#used.get(address);
  }

  take(holder: string): string | undefined {
    if (this.free <= 0) return undefined;
    for (;;) {
      const address = addressAt(this.#range, this.#next);
      this.#next = this.#next >= this.#last ? this.#first : this.#next + 1;
      if (this.#used.has(address)) continue;
      this.#used.set(address, holder);
      return address;
    }
  }

  /** Takes exactly this address; false when another holds it. */
  claim(address: string, holder: string): boolean {
    const known = this.#used.get(address);
    if (known !== undefined && known !== holder) return false;
    this.#used.set(address, holder);
    return true;
  }

  give(address: string, holder: string): void {
    if (this.#used.get(address) === holder) this.#used.delete(address);
  }
}
