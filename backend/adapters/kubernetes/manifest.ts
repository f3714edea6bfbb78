/** The least that a cluster must allow this product, as a manifest; made from the table of kinds, so that the two cannot differ. */
import { kindTable, probedOnly, type Place } from './kinds.ts';

const name = 'aci-kube-sync';
const secret = `${name}-token`;

export function clusterManifest(): string {
  return [
    comment,
    object('v1', 'Namespace', [`name: ${name}`]),
    object('v1', 'ServiceAccount', own(name)),
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', [`name: ${name}`], `rules:\n${rules()}`),
    object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', [`name: ${name}`], binding),
    object(
      'v1',
      'Secret',
      [...own(secret), 'annotations:', `  kubernetes.io/service-account.name: ${name}`],
      'type: kubernetes.io/service-account-token\n',
    ),
  ].join('---\n');
}

const comment = `# The least that ${name} needs of a cluster: it reads these kinds and writes nothing.
#
# Apply it, then read the token and the CA that it is to be given:
#
#   kubectl apply -f ${name}.yaml
#   kubectl -n ${name} get secret ${secret} -o go-template='{{.data.token | base64decode}}{{"\\n"}}'
#   kubectl -n ${name} get secret ${secret} -o go-template='{{index .data "ca.crt" | base64decode}}'
#
# Taking it back ends the access at once: kubectl delete --ignore-not-found -f ${name}.yaml
`;

const binding = `roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: ${name}
subjects:
  - kind: ServiceAccount
    name: ${name}
    namespace: ${name}
`;

function own(of: string): string[] {
  return [`name: ${of}`, `namespace: ${name}`];
}

function object(apiVersion: string, kind: string, metadata: readonly string[], body = ''): string {
  const lines = metadata.map((line) => `  ${line}\n`).join('');
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n${lines}${body}`;
}

/** Followed kinds are listed and watched; one object is read where its disappearance has to be made sure of. */
function rules(): string {
  return [
    ...rulesOf(Object.values(kindTable), ['get', 'list', 'watch']),
    ...rulesOf(Object.values(probedOnly), ['get']),
  ].join('');
}

function rulesOf(places: readonly Place[], verbs: readonly string[]): string[] {
  return [...Map.groupBy(places, ({ group }) => group)].map(
    ([group, of]) =>
      `  - apiGroups: ['${group}']\n    resources: [${of.map(({ plural }) => plural).join(', ')}]\n    verbs: [${verbs.join(', ')}]\n`,
  );
}
