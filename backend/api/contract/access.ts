/** Who is there, and how one gets in. */
import { z } from 'zod';
import { list, time } from './shapes.ts';

export const roleSchema = z.enum(['viewer', 'operator', 'admin']);
export const viaSchema = z.enum(['local', 'apic', 'appCenter', 'token', 'anonymous', 'commandLine']);

const name = z
  .string('expected a name')
  .min(1, 'expected a name')
  .max(128, 'expected at most 128 characters');
const password = z
  .string('expected a password')
  .min(1, 'expected a password')
  .max(256, 'expected at most 256 characters');
const newPassword = z
  .string('expected a password of 10 to 256 characters')
  .min(10, 'expected a password of 10 to 256 characters')
  .max(256, 'expected a password of 10 to 256 characters');

export const personSchema = z.object({ name: z.string(), role: roleSchema, via: viaSchema });

export const signInWaysSchema = z.object({
  claim: z.boolean().describe('true: nobody can sign in yet; the log holds a one-time code'),
  local: z.boolean().describe('There is a local administrator'),
  fabrics: list(z.string()).describe('Fabrics whose users may sign in'),
  anonymous: roleSchema.nullable().describe('What whoever is not signed in may do'),
});

export const sessionSchema = z.object({
  person: personSchema.nullable().describe('null: nobody is signed in'),
  endsAt: time.nullable().describe('null: it does not end by itself'),
});

/** What the page asks first. */
export const whoSchema = sessionSchema.extend({ ways: signInWaysSchema, product: z.string() });

export const startedSessionSchema = sessionSchema.extend({
  session: z.string().describe('For requests that cannot carry the cookie: `Authorization: Bearer …`'),
});

export const signInRequestSchema = z.strictObject({
  fabric: z.string().max(40).optional().describe('Whose user it is; absent: the local administrator'),
  username: name,
  password,
});

export const claimRequestSchema = z.strictObject({
  code: z.string('expected the code of the log').min(1).max(64),
  username: z
    .string('expected a name')
    .regex(/^[a-zA-Z0-9._-]{1,64}$/, 'expected 1 to 64 of a-z, A-Z, 0-9, ., _ and -'),
  password: newPassword,
});

export const passwordRequestSchema = z.strictObject({ current: password, next: newPassword });

export const tokenRequestSchema = z.strictObject({
  name: z
    .string('expected a name')
    .regex(/^[a-zA-Z0-9._-]{1,64}$/, 'expected 1 to 64 of a-z, A-Z, 0-9, ., _ and -'),
  role: roleSchema,
  days: z.int('expected a number of days').min(1, 'expected 1 to 3650').max(3650, 'expected 1 to 3650'),
});

export const apiTokenSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  createdAt: time,
  createdBy: z.string(),
  expiresAt: time,
  lastUsedAt: time.nullable(),
});

export const apiTokensSchema = z.object({ tokens: list(apiTokenSchema) });
export const createdTokenSchema = apiTokenSchema.extend({ token: z.string().describe('Told this once') });

export type RoleModel = z.infer<typeof roleSchema>;
export type PersonModel = z.infer<typeof personSchema>;
export type SignInWays = z.infer<typeof signInWaysSchema>;
export type SessionModel = z.infer<typeof sessionSchema>;
export type WhoModel = z.infer<typeof whoSchema>;
export type StartedSessionModel = z.infer<typeof startedSessionSchema>;
export type SignInRequest = z.infer<typeof signInRequestSchema>;
export type ClaimRequest = z.infer<typeof claimRequestSchema>;
export type ApiTokenModel = z.infer<typeof apiTokenSchema>;
export type CreatedToken = z.infer<typeof createdTokenSchema>;
