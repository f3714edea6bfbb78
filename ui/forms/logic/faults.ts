/** Which of the server's faults belong to which field. */
import type { FaultModel } from '../../../backend/api/contract/configuration.ts';

/** Paths of faults begin where the entry stands in the document; the form knows the entry alone. */
const place = /^(?:(?:clusters|fabrics|loadBalancers|mappings)\[[^\]]*\]|entry|mapping|settings)(?:\.|$)/;

export function ofEntry(faults: readonly FaultModel[]): readonly FaultModel[] {
  return faults.map((fault) => ({ ...fault, path: fault.path.replace(place, '') }));
}

/** Whether the fault is about what stands at the path, or in it. */
export function concerns(fault: FaultModel, path: string): boolean {
  return fault.path === path || fault.path.startsWith(`${path}.`) || fault.path.startsWith(`${path}[`);
}

/** In words for a person who looks at the field. */
export function faultText({ found, expected }: FaultModel): string {
  return found === 'nothing' || found === '""'
    ? `Expected ${expected}.`
    : `Found ${found}, expected ${expected}.`;
}

/** The fields that may show a fault: where it is, then what is in there, then what it is in. */
export function fieldFor(path: string, fields: readonly string[]): string | undefined {
  const bare = path.replaceAll(/\[[^\]]*\]/g, '');
  const ancestors = bare.split('.').map((_, index, parts) => parts.slice(0, parts.length - index).join('.'));
  for (const each of ancestors) {
    if (fields.includes(each)) return each;
    const inside = fields.find((field) => field.startsWith(`${each}.`));
    if (inside !== undefined) return inside;
  }
  return undefined;
}
