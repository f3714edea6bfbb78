/** What a step cannot do without. The server says the same, and more, when it is saved. */
import type { FaultModel } from '../../../backend/api/contract/configuration.ts';
import { credentialsOf, isAround, trustOf } from '../../forms/logic/system-draft.ts';
import type { SystemKind } from '../../forms/logic/system-draft.ts';
import { listAt, textAt, valueAt } from '../../forms/logic/written.ts';
import type { Written } from '../../forms/logic/written.ts';

const expected: Readonly<Record<string, string>> = {
  name: 'a name of 1 to 40 of a-z, 0-9 and -, starting with a letter',
  server: 'the address of the API server, such as https://10.1.0.10:6443',
  address: 'the address of the BIG-IP, such as https://f5.example.net',
  socket: 'unix:/run/haproxy/admin.sock or tcp:127.0.0.1:9999',
  controllers: 'the address of at least one APIC',
  'credentials.username': 'a user name',
  'credentials.password': 'its password',
  'credentials.token': 'the token of a service account',
  'credentials.clientCertificate': 'a client certificate',
  'credentials.clientKey': 'the key of the client certificate',
};

const namePattern = /^[a-z][a-z0-9-]{0,39}$/;

export function accessFaults(kind: SystemKind, entry: Written): readonly FaultModel[] {
  const missing = needed(kind, entry)
    .filter((path) => isMissing(entry, path))
    .map((path) => fault(path, 'nothing'));
  const name = textAt(entry, 'name');
  return name === '' || namePattern.test(name) ? missing : [fault('name', name), ...missing];
}

function fault(path: string, found: string): FaultModel {
  return { path, found, expected: expected[path] ?? 'a value' };
}

function needed(kind: SystemKind, entry: Written): readonly string[] {
  const person = ['credentials.username', 'credentials.password'];
  switch (kind) {
    case 'cluster':
      return ['name', 'server', ...neededToSignIn(entry)];
    case 'fabric':
      return isAround(entry) ? ['name'] : ['name', 'controllers', ...person];
    case 'bigip':
      return ['name', 'address', ...person];
    case 'haproxy':
      return ['name', 'socket'];
  }
}

function neededToSignIn(entry: Written): readonly string[] {
  return credentialsOf(entry) === 'token'
    ? ['credentials.token']
    : ['credentials.clientCertificate', 'credentials.clientKey'];
}

function isMissing(entry: Written, path: string): boolean {
  const value = valueAt(entry, path);
  if (Array.isArray(value)) return listAt(entry, path).length === 0;
  return value === undefined || value === '';
}

/** `seen`: the certificate that answers was shown and is not trusted by anything else. */
export function trustFaults(entry: Written, seen: boolean): readonly FaultModel[] {
  const trust = trustOf(entry);
  if (trust === 'system')
    return seen
      ? [
          {
            path: 'pin',
            found: 'nothing',
            expected: 'the certificate to be confirmed, or the CA that signed it',
          },
        ]
      : [];
  if (textAt(entry, trust) !== '') return [];
  const what = trust === 'ca' ? 'the CA that signed it, as PEM' : 'the certificate, as PEM';
  return [{ path: trust, found: 'nothing', expected: what }];
}
