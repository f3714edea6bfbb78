/** AS3 as far as others need to see that it is there and what it owns. */
export interface As3 {
  /** Absent: not installed. */
  version?: string;
  /** What it was last told; absent: no tenants. */
  declaration?: Readonly<Record<string, unknown>>;
}

export function keptAs3({ version }: As3): { info: object; packages: object[] } {
  return {
    info: { version, release: '5', schemaCurrent: version, schemaMinimum: '3.0.0' },
    packages:
      version === undefined
        ? []
        : [{ appName: 'f5-appsvcs', packageName: `f5-appsvcs-${version}-5.noarch`, version, release: '5' }],
  };
}

/** A declaration that says as much as is needed to tell whose a partition is. */
export function declarationOf(tenants: readonly string[], userAgent: string | undefined): As3['declaration'] {
  return {
    class: 'ADC',
    schemaVersion: '3.50.0',
    ...(userAgent !== undefined && { controls: { class: 'Controls', userAgent } }),
    ...Object.fromEntries(tenants.map((tenant) => [tenant, { class: 'Tenant' }])),
  };
}
