/** Addresses as the device takes them: with a route domain after `%`, which may be left out. */
import ipaddr from 'ipaddr.js';
import { errors } from '../errors.ts';

export interface RoutedAddress {
  /** In its canonical form, without the route domain. */
  readonly address: string;
  readonly routeDomain: number;
}

export function parseAddress(text: string): { address: string; routeDomain: number | undefined } | undefined {
  const match = /^([^%]+)(?:%(\d+))?$/.exec(text);
  const [, address = '', domain] = match ?? [];
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined;
  return {
    address: ipaddr.parse(address).toString(),
    routeDomain: domain === undefined ? undefined : Number(domain),
  };
}

/** In the route domain `fallback` unless the text names one. */
export function routed(text: string, fallback: number): RoutedAddress {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw errors.badAddress(text);
  return { address: parsed.address, routeDomain: parsed.routeDomain ?? fallback };
}

export function formatAddress({ address, routeDomain }: RoutedAddress): string {
  return routeDomain === 0 ? address : `${address}%${routeDomain}`;
}
