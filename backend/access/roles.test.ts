import assert from 'node:assert/strict';
import { roleOf, rolesThatWouldDo } from './roles.ts';
import type { GrantedRole } from './ports.ts';

const settings = {
  roles: { admin: ['admin'], operator: ['ops', 'tenant-admin'], viewer: ['read-all'] },
  idleMs: 1,
  endAfterMs: 1,
};

function grant(text: string): GrantedRole[] {
  return text.split(' ').flatMap((each) => {
    const [role = '', privilege, domain = 'all'] = each.split(':');
    return role === '' ? [] : [{ role, write: privilege === 'w', domain }];
  });
}

describe('the role of a user of a fabric', () => {
  const table: readonly (readonly [string, ReturnType<typeof roleOf>])[] = [
    ['admin:w', 'admin'],
    ['ops:w', 'operator'],
    ['tenant-admin:w', 'operator'],
    ['read-all:w', 'viewer'],
    ['read-all:r', 'viewer'],
    ['admin:r', 'viewer'],
    ['ops:r', 'viewer'],
    ['ops:w admin:w', 'admin'],
    ['ops:w admin:r', 'operator'],
    ['admin:w:tenant-a', undefined],
    ['read-all:r:tenant-a ops:w:all', 'operator'],
    ['fabric-admin:w', undefined],
    ['Admin:w', undefined],
    ['', undefined],
  ];
  for (const [granted, expected] of table)
    it(`is ${expected ?? 'none'} for ${granted || 'nothing'}`, () => {
      assert.equal(roleOf(grant(granted), settings), expected);
    });

  it('follows the document', () => {
    const other = { ...settings, roles: { admin: [], operator: ['fabric-admin'], viewer: [] } };

    assert.equal(roleOf(grant('fabric-admin:w'), other), 'operator');
    assert.equal(roleOf(grant('admin:w'), other), undefined);
  });

  it('tells which roles would do', () => {
    const none = { ...settings, roles: { admin: [], operator: [], viewer: [] } };

    assert.match(
      rolesThatWouldDo(settings),
      /admin \(admin\), ops or tenant-admin \(operator\), read-all \(viewer\)/,
    );
    assert.match(rolesThatWouldDo(none), /none would do/);
  });
});
