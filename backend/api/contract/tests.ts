/** Test buttons: what answers there, may we do what we must, whose certificate is it. */
import { z } from 'zod';
import { faultSchema, writtenEntrySchema } from './configuration.ts';
import { list } from './shapes.ts';

export const testSubjectSchema = z.strictObject({
  kind: z.enum(['cluster', 'fabric', 'loadBalancer']),
  entry: writtenEntrySchema.describe(
    'As it would be saved; `trust` may be left out to see the certificate first',
  ),
});

export const certificateSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  names: list(z.string()),
  validFrom: z.number(),
  validTo: z.number(),
  fingerprint: z.string().describe('SHA-256, hex with colons'),
  selfSigned: z.boolean(),
  trusted: z.boolean().describe('By what the entry says (CA, pin, or the system)'),
  pem: z.string().describe('To be stored as the pin, once a person has confirmed the fingerprint'),
});

export const testStepSchema = z.object({
  step: z.enum(['reach', 'certificate', 'signIn', 'version', 'permission', 'identity']),
  title: z.string(),
  result: z.enum(['good', 'bad', 'warning', 'skipped']),
  detail: z.string(),
  next: z.string().describe('What to do about it; empty where nothing is wrong'),
});

export const testReportSchema = z.object({
  good: z.boolean().describe('It can be saved and will work'),
  steps: list(testStepSchema),
  certificate: certificateSchema.nullable(),
  identity: z.string().nullable(),
  version: z.string().nullable(),
  ranges: z
    .object({ pods: list(z.string()), nodes: list(z.string()) })
    .nullable()
    .describe('Of a cluster: what its nodes say of their pod prefixes and addresses, to start from'),
});

export const checkReportSchema = z.object({ faults: list(faultSchema) });

export const kubeconfigRequestSchema = z.strictObject({
  text: z.string('expected a kubeconfig').max(1_000_000, 'expected at most 1,000,000 characters'),
});

export const kubeconfigSchema = z.object({
  current: z.string().nullable(),
  contexts: list(
    z.object({
      name: z.string(),
      server: z.string(),
      ca: z.string().nullable().describe('PEM'),
      token: z.string().nullable(),
      clientCertificate: z.string().nullable().describe('PEM'),
      clientKey: z.string().nullable().describe('PEM'),
      problem: z
        .string()
        .nullable()
        .describe('Why it cannot be used as it is: a command to run, a file on another machine'),
    }),
  ),
});

export const manifestSchema = z.object({ text: z.string().describe('YAML for kubectl apply -f') });

export type TestSubject = z.infer<typeof testSubjectSchema>;
export type CertificateModel = z.infer<typeof certificateSchema>;
export type TestStep = z.infer<typeof testStepSchema>;
export type TestReport = z.infer<typeof testReportSchema>;
export type KubeconfigModel = z.infer<typeof kubeconfigSchema>;
