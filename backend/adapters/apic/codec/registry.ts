/** Which kinds of target object an APIC can hold. */
import type { Codec } from './codec.ts';
import { externalEpg } from './external-epg.ts';
import { redirectHealthGroup } from './redirect-health-group.ts';
import { redirectPolicy } from './redirect-policy.ts';

export const codecs: readonly Codec[] = [externalEpg, redirectPolicy, redirectHealthGroup];
