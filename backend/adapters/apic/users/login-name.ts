/**
 * The name as the APIC wants it. A person writes `domain\user` for a login domain (LDAP, TACACS+ …), the APIC `apic#domain\\user`, both
 * backslashes in the text itself; who has learned the APIC's form may write that.
 */
export function loginName(written: string): string {
  const [, domain, user] = /^([^\\#:]+)\\+([^\\]+)$/.exec(written) ?? [];
  return domain === undefined || user === undefined ? written : `apic#${domain}\\\\${user}`;
}

/**
 * The same text for all that the APIC takes for one account: in either case, with or without its own prefix, whatever number of
 * backslashes. `admin` and `LOCAL\admin` stay two: which domain is the default only the APIC knows.
 */
export function accountOf(written: string): string {
  return written
    .trim()
    .toLowerCase()
    .replace(/^apic[#:]/, '')
    .replace(/\\+/g, '\\');
}
