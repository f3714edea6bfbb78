import assert from 'node:assert/strict';
import { parseAllDocuments } from 'yaml';
import { kindTable } from './kinds.ts';
import { neededRights } from './inspect.ts';
import { clusterManifest } from './manifest.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function documents(): Record<string, unknown>[] {
  return parseAllDocuments(clusterManifest()).map((document) => document.toJS() as Record<string, unknown>);
}

function allowed(): string[] {
  const rules = documents().flatMap((each) => (each['rules'] ?? []) as Rule[]);
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource} ${group}`)),
    ),
  );
}

describe('the manifest of least rights', () => {
  it('allows exactly what a test of a cluster asks for', () => {
    const needed = neededRights().map(({ verb, plural, group }) => `${verb} ${plural} ${group}`);

    assert.deepEqual(allowed().sort(), needed.sort());
  });

  it('has every kind that is followed, with list and watch', () => {
    for (const { plural, group } of Object.values(kindTable))
      for (const verb of ['list', 'watch'])
        assert.ok(allowed().includes(`${verb} ${plural} ${group}`), plural);
  });

  it('makes an account, binds it to its role and asks for a token of it', () => {
    assert.deepEqual(
      documents().map(({ kind }) => kind),
      ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Secret'],
    );
  });
});
