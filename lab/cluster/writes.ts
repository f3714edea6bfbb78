/** Writes: create, update, patch, delete, and the subresources scale, status and eviction. */
import { randomUUID } from 'node:crypto';
import { parseJson, parseYamlBody, decodeObject, type Body } from './bodies.ts';
import {
  alreadyExists,
  ApiError,
  badRequest,
  conflict,
  invalid,
  methodNotAllowed,
  notFound,
  unsupportedMediaType,
  type StatusBody,
} from './errors.ts';
import { removalOf } from './lifecycle.ts';
import { filterOf, inScope } from './lists.ts';
import { at, isDeleting, isRecord, keyOf, sameJson, type KubeObject, type ObjectMeta } from './objects.ts';
import { jsonPatch, mergePatch, strategicPatch } from './patch.ts';
import { formatSelector } from './selectors.ts';
import { validate } from './validation.ts';
import { apiVersionOf, type KindRow } from './kinds.ts';
import type { Target } from './routes.ts';
import type { World } from './world.ts';

export interface Written {
  readonly code: number;
  readonly object: KubeObject | StatusBody | Readonly<Record<string, unknown>>;
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters that never spell a word, as the real name generator makes them. */
export function nameSuffix(): string {
  return [...randomUUID().replaceAll('-', '').slice(0, 10).matchAll(/../g)]
    .map(([pair]) => suffixAlphabet.charAt(Number.parseInt(pair, 16) % suffixAlphabet.length))
    .join('');
}

/** The body as an object of the kind in the path; kind and apiVersion may be left out. */
function objectOf(body: unknown, kind: KindRow): KubeObject {
  if (!isRecord(body)) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`);
  const given = { kind: body['kind'] ?? kind.kind, apiVersion: body['apiVersion'] ?? apiVersionOf(kind) };
  if (given.kind !== kind.kind || given.apiVersion !== apiVersionOf(kind)) {
    throw badRequest(
      `${text(given.kind)} in version ${JSON.stringify(given.apiVersion)} cannot be handled as a ${kind.kind}: converting to ${kind.kind} is unknown`,
    );
  }
  // Go clients write an unset time as null.
  const metadata = withoutNulls(isRecord(body['metadata']) ? body['metadata'] : {});
  // Texts and lists inside are checked where they are used; a client that sends nonsense gets it back.
  return { ...body, ...given, metadata } as unknown as KubeObject;
}

function withoutNulls(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export class Writer {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  create(target: Target, body: Body, dryRun: boolean): Written {
    if (target.subresource === 'eviction') return this.#evict(target);
    if (target.name !== undefined) throw methodNotAllowed();
    const object = this.#named(target, objectOf(decodeObject(body, target.kind.kind), target.kind));
    return { code: 201, object: this.#createWhole(target.kind, object, dryRun) };
  }

  update(target: Target, body: Body, dryRun: boolean): Written {
    const existing = this.#existing(target);
    if (target.subresource === 'scale') {
      return this.#writeScale(target, existing, decodeObject(body, 'Scale'), dryRun);
    }
    const next = objectOf(decodeObject(body, target.kind.kind), target.kind);
    if (next.metadata.name !== existing.metadata.name) {
      throw badRequest(
        `the name of the object (${next.metadata.name}) does not match the name on the URL (${existing.metadata.name})`,
      );
    }
    return { code: 200, object: this.#replace(target, existing, next, dryRun) };
  }

  patch(target: Target, body: Body, dryRun: boolean): Written {
    const change = patcherOf(body);
    const serverSide = body.type === 'application/apply-patch+yaml';
    const existing = this.#find(target);
    if (existing === undefined) {
      if (!serverSide) throw notFound(target.kind, target.name ?? '');
      const object = objectOf(change({}), target.kind);
      const named = this.#named(target, {
        ...object,
        metadata: { ...object.metadata, name: target.name ?? '' },
      });
      return { code: 201, object: this.#createWhole(target.kind, named, dryRun) };
    }
    if (target.subresource === 'scale') {
      return this.#writeScale(target, existing, change(scaleOf(existing)), dryRun);
    }
    const next = objectOf(change(existing), target.kind);
    return { code: 200, object: this.#replace(target, existing, next, dryRun) };
  }

  remove(target: Target, body: Body, query: URLSearchParams): Written {
    const existing = this.#existing(target);
    const options = decodeObject(body, 'DeleteOptions');
    this.#checkPreconditions(target.kind, existing, options);
    if (query.get('dryRun') === 'All') return { code: 200, object: existing };
    const { kind } = target;
    const removed = this.#world.lifecycle.remove(kind.resource, keyOf(existing), removalOf(options, query));
    const uid = existing.metadata.uid ?? '';
    const { name } = existing.metadata;
    // Kinds that end gracefully answer with the object as it was when its end began.
    const lasting = kind.resource === 'pods' || this.#world.store.find(uid) !== undefined;
    if (lasting && removed !== undefined) return { code: 200, object: removed };
    const details = { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.resource, uid };
    return {
      code: 200,
      object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details },
    };
  }

  removeMany(target: Target, body: Body, query: URLSearchParams): Written {
    const removal = removalOf(decodeObject(body, 'DeleteOptions'), query);
    const filter = filterOf(target, query);
    const { store, lifecycle } = this.#world;
    const { kind } = target;
    const chosen = store
      .list(kind.resource)
      .filter((object) => inScope(target, object) && (filter?.(object) ?? true));
    for (const object of chosen) lifecycle.remove(kind.resource, keyOf(object), removal);
    const metadata = { resourceVersion: String(store.revision) };
    return {
      code: 200,
      object: { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items: chosen },
    };
  }

  readScale(target: Target): Readonly<Record<string, unknown>> {
    return scaleOf(this.#existing(target));
  }

  #createWhole(kind: KindRow, object: KubeObject, dryRun: boolean): KubeObject {
    const { store, lifecycle, serviceAddresses } = this.#world;
    const newborn = lifecycle.newborn(kind, object);
    validate(kind, newborn);
    if (store.getByKey(kind.resource, keyOf(newborn)) !== undefined)
      throw alreadyExists(kind, object.metadata.name);
    if (dryRun) return newborn;
    const whole = kind.resource === 'services' ? serviceAddresses.fill(newborn) : newborn;
    return store.put(kind.resource, whole);
  }

  /** The object with its name and namespace settled, in a namespace that takes new objects. */
  #named({ kind, namespace }: Target, object: KubeObject): KubeObject {
    const { generateName, resourceVersion } = object.metadata;
    if (text(resourceVersion) !== '')
      throw badRequest('resourceVersion should not be set on objects to be created');
    const given = text(object.metadata.name);
    const name = given === '' && text(generateName) !== '' ? `${text(generateName)}${nameSuffix()}` : given;
    if (name === '') {
      const message = 'Required value: name or generateName is required';
      throw invalid(kind, '', [{ field: 'metadata.name', reason: 'FieldValueRequired', message }]);
    }
    if (!kind.namespaced) return { ...object, metadata: { ...object.metadata, name } };
    if (namespace === undefined) throw methodNotAllowed();
    if (![undefined, '', namespace].includes(object.metadata.namespace)) {
      throw badRequest(
        `the namespace of the provided object does not match the namespace sent on the request`,
      );
    }
    this.#checkNamespace(kind, namespace, name);
    return { ...object, metadata: { ...object.metadata, name, namespace } };
  }

  #checkNamespace(kind: KindRow, namespace: string, name: string): void {
    const found = this.#world.store.get('namespaces', undefined, namespace);
    if (found === undefined) throw notFound({ ...kind, group: '', resource: 'namespaces' }, namespace);
    if (!isDeleting(found)) return;
    const subject = kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`;
    throw new ApiError({
      code: 403,
      reason: 'Forbidden',
      message: `${subject} "${name}" is forbidden: unable to create new content in namespace ${namespace} because it is being terminated`,
      details: {
        name,
        kind: kind.resource,
        causes: [{ reason: 'NamespaceTerminating', field: 'metadata.namespace' }],
      },
    });
  }

  #find({ kind, namespace, name }: Target): KubeObject | undefined {
    return this.#world.store.get(kind.resource, kind.namespaced ? (namespace ?? '') : undefined, name ?? '');
  }

  #existing(target: Target): KubeObject {
    const found = this.#find(target);
    if (found === undefined) throw notFound(target.kind, target.name ?? '');
    return found;
  }

  #replace(target: Target, existing: KubeObject, next: KubeObject, dryRun: boolean): KubeObject {
    const { kind } = target;
    const { name } = existing.metadata;
    const asked = text(next.metadata.resourceVersion);
    if (asked !== '' && asked !== existing.metadata.resourceVersion) throw conflict(kind, name);
    const uid = text(next.metadata.uid);
    if (uid !== '' && uid !== existing.metadata.uid) {
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${existing.metadata.uid ?? ''}`;
      throw conflict(kind, name, why);
    }
    const merged = mergeWrite(target, existing, next);
    const filled =
      kind.resource === 'services' ? this.#world.serviceAddresses.fill(merged, existing) : merged;
    validate(kind, filled);
    checkImmutable(kind, existing, filled);
    return dryRun ? filled : this.#world.lifecycle.replace(kind, existing, filled);
  }

  #writeScale(target: Target, existing: KubeObject, body: unknown, dryRun: boolean): Written {
    const replicas = at(body, 'spec.replicas') ?? 0;
    const asked = at(body, 'metadata.resourceVersion');
    if (typeof asked === 'string' && asked !== existing.metadata.resourceVersion) {
      throw conflict(target.kind, existing.metadata.name);
    }
    if (typeof replicas !== 'number' || replicas < 0) {
      const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`;
      throw invalid({ group: 'autoscaling', kind: 'Scale' }, existing.metadata.name, [
        { field: 'spec.replicas', reason: 'FieldValueInvalid', message },
      ]);
    }
    const spec = existing['spec'];
    const next = { ...existing, spec: { ...(isRecord(spec) ? spec : {}), replicas } };
    if (dryRun) return { code: 200, object: scaleOf(next) };
    return { code: 200, object: scaleOf(this.#world.lifecycle.replace(target.kind, existing, next)) };
  }

  #evict(target: Target): Written {
    const pod = this.#existing(target);
    this.#world.lifecycle.remove('pods', keyOf(pod));
    return {
      code: 201,
      object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
    };
  }

  #checkPreconditions(kind: KindRow, object: KubeObject, options: unknown): void {
    const wanted = at(options, 'preconditions');
    if (!isRecord(wanted)) return;
    const { uid, resourceVersion } = object.metadata;
    if (typeof wanted['uid'] === 'string' && wanted['uid'] !== uid) {
      const why = `Precondition failed: UID in precondition: ${wanted['uid']}, UID in object meta: ${uid ?? ''}`;
      throw conflict(kind, object.metadata.name, why);
    }
    if (typeof wanted['resourceVersion'] === 'string' && wanted['resourceVersion'] !== resourceVersion) {
      throw conflict(kind, object.metadata.name);
    }
  }
}

/** What the server decides about an object's metadata, whatever a client sends. */
function ownMetadata(existing: ObjectMeta, next: ObjectMeta): ObjectMeta {
  const { deletionTimestamp, deletionGracePeriodSeconds, generation, generateName } = existing;
  return {
    ...next,
    name: existing.name,
    ...(existing.namespace === undefined ? {} : { namespace: existing.namespace }),
    ...(existing.uid === undefined ? {} : { uid: existing.uid }),
    ...(existing.creationTimestamp === undefined ? {} : { creationTimestamp: existing.creationTimestamp }),
    ...(generateName === undefined ? {} : { generateName }),
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  };
}

/** The status subresource changes status alone; every other write leaves it as it is. */
function mergeWrite({ kind, subresource }: Target, existing: KubeObject, next: KubeObject): KubeObject {
  if (subresource === 'status') return { ...existing, status: next['status'] };
  const metadata = ownMetadata(existing.metadata, next.metadata);
  if (subresource === 'finalize') return existing;
  const status = kind.subresources.includes('status') ? { status: existing['status'] } : {};
  return { ...next, metadata, ...status };
}

const immutable: Readonly<Record<string, readonly string[]>> = {
  deployments: ['spec.selector'],
  replicasets: ['spec.selector'],
  statefulsets: ['spec.selector', 'spec.serviceName', 'spec.podManagementPolicy'],
  daemonsets: ['spec.selector'],
  jobs: ['spec.selector', 'spec.template', 'spec.completions'],
  endpointslices: ['addressType'],
};

function checkImmutable(kind: KindRow, existing: KubeObject, next: KubeObject): void {
  const faults = (immutable[kind.resource] ?? [])
    .filter((path) => !sameJson(at(existing, path), at(next, path)))
    .map((field) => ({
      field,
      reason: 'FieldValueInvalid' as const,
      message: `Invalid value: ${JSON.stringify(at(next, field))}: field is immutable`,
    }));
  if (faults.length > 0) throw invalid(kind, existing.metadata.name, faults);
}

function patcherOf(body: Body): (target: unknown) => unknown {
  const parsed = (): unknown => parseJson(body.bytes, 'Patch');
  switch (body.type) {
    case 'application/json-patch+json':
      return (target) => jsonPatch(target, parsed());
    case 'application/merge-patch+json':
      return (target) => mergePatch(target, parsed());
    case 'application/strategic-merge-patch+json':
      return (target) => strategicPatch(target, parsed());
    case 'application/apply-patch+yaml':
      return (target) => strategicPatch(target, parseYamlBody(body.bytes));
    default:
      throw unsupportedMediaType();
  }
}

function scaleOf(object: KubeObject): Readonly<Record<string, unknown>> {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = at(object, 'spec.selector');
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(object, 'spec.replicas') },
    status: {
      replicas: at(object, 'status.replicas') ?? 0,
      selector: formatSelector(isRecord(selector) ? selector : undefined),
    },
  };
}
