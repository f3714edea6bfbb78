/** Direct control of a world: what an administrator would do with kubectl, without the way over HTTP. */
import { apiVersionOf, findKind, kindOfObject, type KindRow } from './kinds.ts';
import { keyFor, keyOf, type Deployment, type KubeObject, type Labels, type ServicePort } from './objects.ts';
import { createObject, type World } from './world.ts';
import { validate } from './validation.ts';

export interface ServiceWish {
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer';
  readonly selector?: Labels;
  readonly ports?: readonly ServicePort[];
  readonly annotations?: Labels;
  /** Further fields of spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface Administrator {
  /** Creates or replaces; what the server decides (identity, status, addresses) is kept. */
  apply(object: KubeObject | readonly KubeObject[]): void;
  /** `kind` may be a kind, a resource or a short name. */
  remove(kind: string, namespace: string | undefined, name: string): void;
  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(kind: string, namespace?: string): KubeObject[];
  /** A Deployment whose pods are labelled `app: <name>` and `labels`; its namespace is made if missing. */
  deployment(namespace: string, name: string, replicas: number, labels?: Labels): void;
  scale(namespace: string, name: string, replicas: number): void;
  rolloutRestart(namespace: string, name: string): void;
  service(namespace: string, name: string, wish?: ServiceWish): void;
}

function kindNamed(word: string): KindRow {
  const kind = findKind(word);
  if (kind === undefined) throw new Error(`the lab's cluster serves no kind called ${word}`);
  return kind;
}

class DirectAdministrator implements Administrator {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  apply(object: KubeObject | readonly KubeObject[]): void {
    const objects = Array.isArray(object) ? (object as readonly KubeObject[]) : [object as KubeObject];
    for (const one of objects) this.#applyOne(one);
  }

  remove(word: string, namespace: string | undefined, name: string): void {
    const kind = kindNamed(word);
    this.#world.lifecycle.remove(kind.resource, keyFor(kind.namespaced ? namespace : undefined, name));
  }

  get(word: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const kind = kindNamed(word);
    return this.#world.store.get(kind.resource, kind.namespaced ? namespace : undefined, name);
  }

  list(word: string, namespace?: string): KubeObject[] {
    const all = this.#world.store.list(kindNamed(word).resource);
    return all.filter((object) => namespace === undefined || object.metadata.namespace === namespace);
  }

  deployment(namespace: string, name: string, replicas: number, labels: Labels = {}): void {
    const podLabels = { app: name, ...labels };
    this.apply({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels: podLabels },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: podLabels },
          spec: { containers: [{ name, image: 'registry.example/app:1', ports: [{ containerPort: 8080 }] }] },
        },
      },
    });
  }

  scale(namespace: string, name: string, replicas: number): void {
    const deployment = this.#deployment(namespace, name);
    this.#replace('deployments', deployment, { ...deployment, spec: { ...deployment.spec, replicas } });
  }

  rolloutRestart(namespace: string, name: string): void {
    const deployment = this.#deployment(namespace, name);
    const { template } = deployment.spec;
    const restartedAt = new Date(this.#world.clock.now()).toISOString();
    const annotations = {
      ...template.metadata?.annotations,
      'kubectl.kubernetes.io/restartedAt': restartedAt,
    };
    const restarted = { ...template, metadata: { ...template.metadata, annotations } };
    this.#replace('deployments', deployment, {
      ...deployment,
      spec: { ...deployment.spec, template: restarted },
    });
  }

  service(namespace: string, name: string, wish: ServiceWish = {}): void {
    const { type = 'ClusterIP', selector = { app: name }, ports = [{ port: 80, targetPort: 8080 }] } = wish;
    const annotations = wish.annotations === undefined ? {} : { annotations: wish.annotations };
    this.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace, ...annotations },
      spec: { type, selector, ports, ...wish.spec },
    });
  }

  #deployment(namespace: string, name: string): Deployment {
    const found = this.#world.store.get('deployments', namespace, name);
    if (found === undefined) throw new Error(`there is no Deployment ${namespace}/${name}`);
    return found;
  }

  #applyOne(object: KubeObject): void {
    const kind = kindOfObject(object);
    if (kind === undefined || kind.virtual) {
      throw new Error(`the lab's cluster serves no ${object.kind} of ${object.apiVersion}`);
    }
    const placed = this.#placed(kind, object);
    const existing = this.#world.store.getByKey(kind.resource, keyOf(placed));
    if (existing === undefined) {
      validate(kind, this.#world.lifecycle.newborn(kind, placed));
      createObject(this.#world, kind.resource, placed);
    } else this.#replace(kind.resource, existing, placed);
  }

  #placed(kind: KindRow, object: KubeObject): KubeObject {
    if (!kind.namespaced) return { ...object, metadata: { ...object.metadata } };
    const { namespace = 'default' } = object.metadata;
    if (this.#world.store.get('namespaces', undefined, namespace) === undefined) {
      createObject(this.#world, 'namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      });
    }
    return { ...object, metadata: { ...object.metadata, namespace } };
  }

  #replace(resource: string, existing: KubeObject, next: KubeObject): void {
    const kind = kindNamed(resource);
    const { labels, annotations, finalizers, ownerReferences } = next.metadata;
    const given = Object.fromEntries(
      Object.entries({ labels, annotations, finalizers, ownerReferences }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const status = next['status'] ?? existing['status'];
    const whole: KubeObject = {
      ...next,
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      metadata: { ...existing.metadata, ...given },
      ...(status === undefined ? {} : { status }),
    };
    const filled = resource === 'services' ? this.#world.serviceAddresses.fill(whole, existing) : whole;
    validate(kind, filled);
    this.#world.lifecycle.replace(kind, existing, filled);
  }
}

export function createAdministrator(world: World): Administrator {
  const direct = new DirectAdministrator(world);
  return {
    apply: (object) => direct.apply(object),
    remove: (kind, namespace, name) => direct.remove(kind, namespace, name),
    get: (kind, namespace, name) => direct.get(kind, namespace, name),
    list: (kind, namespace) => direct.list(kind, namespace),
    deployment: (...wish) => direct.deployment(...wish),
    scale: (...wish) => direct.scale(...wish),
    rolloutRestart: (namespace, name) => direct.rolloutRestart(namespace, name),
    service: (...wish) => direct.service(...wish),
  };
}
