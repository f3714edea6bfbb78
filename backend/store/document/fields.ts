/**
 * The fields that documents are made of. The message of each says what was expected, in words for a fabric admin.
 */
import { X509Certificate } from 'node:crypto';
import { validate as isCron } from 'node-cron';
import { z } from 'zod';
import { parseDuration } from '../../model/duration.ts';
import { parsePrefix, type IpPrefix } from '../../model/ip.ts';
import { parseLabelSelector, type LabelSelector } from '../../model/label-selector.ts';
import { isReference, referencePattern } from './reference-places.ts';

/** A string that `parse` understands; otherwise an issue that says what was expected. */
function parsed<T>(expected: string, parse: (text: string) => T | undefined): z.ZodType<T> {
  return z.string({ error: expected }).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: expected });
    return z.NEVER;
  });
}

export const text = (expected: string, pattern: RegExp): z.ZodType<string> =>
  parsed(expected, (value) => (pattern.test(value) ? value : undefined));

export const name = text(
  'a name of 1 to 40 of a-z, 0-9 and -, starting with a letter',
  /^[a-z][a-z0-9-]{0,39}$/,
);
export const aciName = text(
  'an ACI name of 1 to 64 of a-z, A-Z, 0-9, _, ., : and -',
  /^[a-zA-Z0-9_.:-]{1,64}$/,
);
export const aciTenant = text(
  'an ACI tenant name of 1 to 63 of a-z, A-Z, 0-9, _, . and -',
  /^[a-zA-Z0-9_.-]{1,63}$/,
);
export const kubernetesName = text('a Kubernetes namespace name', /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);

export const secretRef = text(
  'a reference, file:PATH or env:NAME (never the secret itself)',
  referencePattern,
);

const someCertificate = 'a certificate in PEM, or a reference to one: file:PATH or env:NAME';
const pemText = /^\s*-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/;
const oneInPem = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Of a text of several, each must be one: when a connection is to be made with it, nobody is there to be told. */
export const certificate = z.string({ error: someCertificate }).superRefine((value, context) => {
  if (isReference(value)) return;
  const texts = value.match(oneInPem) ?? [];
  const wrong = texts.findIndex((pem) => !isCertificate(pem));
  // Comments may stand between them, keys may not.
  if (pemText.test(value) && wrong === -1 && !value.replaceAll(oneInPem, '').includes('-----')) return;
  const which = wrong === -1 ? '' : `; number ${wrong + 1} of the ${texts.length} in this text is none`;
  context.addIssue({ code: 'custom', message: someCertificate + which });
});

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

export const cron = z
  .string({ error: 'a cron expression' })
  .refine(isCron, { error: 'a cron expression such as "*/5 * * * *"' });

export const duration = parsed('a duration such as 30s, 10m or 1h', parseDuration);

export const prefix: z.ZodType<IpPrefix> = parsed(
  'a prefix such as 10.244.0.0/16 or fd00:10:244::/56',
  parsePrefix,
);

export const httpsUrl = parsed('an https:// URL without a path', (value) => {
  const url = URL.parse(value);
  return url?.protocol === 'https:' && url.pathname === '/' && url.username === '' ? url.origin : undefined;
});

export const selector: z.ZodType<LabelSelector> = z
  .string({ error: 'a Kubernetes label selector' })
  .transform((value, context) => {
    const result = parseLabelSelector(value);
    if (!('fault' in result)) return result;
    context.addIssue({
      code: 'custom',
      message: `a Kubernetes label selector; "${result.fault}" is not a term of one`,
    });
    return z.NEVER;
  });

export const zone = parsed('an IANA time zone such as Europe/Paris', (value) =>
  value === 'UTC' || Intl.supportedValuesOf('timeZone').includes(value) ? value : undefined,
);

export function oneOf<const Values extends readonly string[]>(values: Values): z.ZodType<Values[number]> {
  return z.enum(values, { error: `one of ${values.join(', ')}` });
}

export const flag = z.boolean({ error: 'true or false' });

export function integer(min: number, max: number): z.ZodType<number> {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

export function share(): z.ZodType<number> {
  const error = 'a share from 0 to 1';
  return z.number({ error }).min(0, { error }).max(1, { error });
}

export function listOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(item, { error: 'a list' });
}

/** At least one. */
export function someOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(item, { error: 'a list' }).min(1, { error: 'a list with at least one entry' });
}

export const families = someOf(oneOf(['ipv4', 'ipv6'])).default(['ipv4', 'ipv6']);

export const nameTemplate = text(
  'a name of ACI characters and placeholders such as {cluster}_{namespace}_{workload}',
  /^([a-zA-Z0-9_.:-]|\{[a-z]+\})+$/,
);

/** What becomes of objects that nothing is left for. */
export const life = {
  whenEmpty: oneOf(['keep', 'delete']).default('keep'),
  emptyFor: duration.default(600_000),
};

export const epg = text(
  'an EPG as tenant/application profile/EPG',
  /^[a-zA-Z0-9_.-]{1,63}\/[a-zA-Z0-9_.:-]{1,64}\/[a-zA-Z0-9_.:-]{1,64}$/,
);

export const mac = parsed('a MAC address such as 00:11:22:AA:BB:CC', (value) =>
  /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(value) ? value.toUpperCase() : undefined,
);

/** By number, by the Service's name, or by the container's. */
export const port = z.union(
  [
    integer(1, 65_535),
    text('the name of a port', /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/),
    z.strictObject({ container: text('the name of a port', /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/) }),
  ],
  { error: "a port number, a Service's name of it, or { container: NAME }" },
);

/** A share of them, or a number of them. */
export const atLeast = z.union(
  [
    parsed('a share such as 50%', (value) => {
      const percent = /^(\d{1,3})%$/.exec(value)?.[1];
      return percent === undefined || Number(percent) > 100 ? undefined : { share: Number(percent) / 100 };
    }),
    integer(1, 100_000).transform((count) => ({ count })),
  ],
  { error: 'a share such as 50%, or a number' },
);

/** `unix:PATH`, or `tcp:HOST:PORT` (`tcp:[::1]:9999` for IPv6). */
export const socket = parsed('unix:/run/haproxy/admin.sock or tcp:127.0.0.1:9999', (value) => {
  if (/^unix:\/./.test(value)) return { path: value.slice('unix:'.length) };
  const [, host, port] = /^tcp:(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(value) ?? [];
  if (host === undefined || Number(port) > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
});
