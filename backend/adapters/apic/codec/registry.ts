/** Which kinds of target object an APIC can hold, and the codec of each. */
import type { TargetKind } from '../../../model/identity.ts';
import type { Codec } from './codec.ts';
import { externalEpg } from './external-epg.ts';

export const codecs: Readonly<Record<TargetKind, Codec>> = { externalEpg };
