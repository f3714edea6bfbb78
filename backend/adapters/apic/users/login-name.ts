/**
 * The name as the APIC wants it. A person writes `domain\user` for a login domain (LDAP, TACACS+ …), the APIC `apic#domain\\user`, both
 * backslashes in the text itself; who has learned the APIC's form may write that.
 */
export function loginName(written: string): string {
  const [, domain, user] = /^([^\\#:]+)\\+([^\\]+)$/.exec(written) ?? [];
  return domain === undefined || user === undefined ? written : `apic#${domain}\\\\${user}`;
}
