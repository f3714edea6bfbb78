/** Is it a version that this product is known to work with? Others may work as well: nothing is refused for its version alone. */
import type { TestStep } from '../api/contract/tests.ts';
import type { Found } from './ports.ts';
import { badOf, good, warning } from './step.ts';

export type Product = 'kubernetes' | 'apic' | 'bigip' | 'haproxy';

interface Range {
  readonly name: string;
  /** Major and minor. */
  readonly first: readonly [number, number];
  readonly last: readonly [number, number];
  /** What older ones lack. */
  readonly lack: string;
}

const ranges: Readonly<Record<Product, Range>> = {
  kubernetes: {
    name: 'Kubernetes',
    first: [1, 21],
    last: [1, 36],
    lack: 'they do not serve EndpointSlices as discovery.k8s.io/v1',
  },
  apic: { name: 'The APIC', first: [4, 2], last: [6, 2], lack: 'they were never tried' },
  bigip: { name: 'BIG-IP', first: [13, 1], last: [21, 0], lack: 'they were never tried' },
  haproxy: {
    name: 'HAProxy',
    first: [2, 6],
    last: [3, 4],
    lack: 'they cannot add and remove servers at runtime for certain',
  },
};

export function versionStep(product: Product, version: Found<string>): TestStep {
  if ('problem' in version) return badOf('version', version.problem);
  const { name, first, last, lack } = ranges[product];
  const told = `${name} ${version.fact}`;
  const number = /(\d+)\.(\d+)/.exec(version.fact);
  const [major, minor] = [Number(number?.[1]), Number(number?.[2])];
  if (number === null)
    return warning('version', `${told} says nothing of its age`, 'Try it in report mode first.');
  if (isBefore([major, minor], first))
    return warning(
      'version',
      `${told} is older than ${first.join('.')}: ${lack}`,
      'Upgrade it, or try it in report mode first.',
    );
  if (isBefore(last, [major, minor]))
    return warning(
      'version',
      `${told} is newer than ${last.join('.')}, the newest that is known here`,
      'Try it in report mode first, and look for a newer version of this product.',
    );
  return good('version', told);
}

function isBefore(one: readonly [number, number], other: readonly [number, number]): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}
