/** What the API server fills into an object that is created, kind by kind. */
import { isRecord, type KubeObject } from './objects.ts';
import { apiVersionOf, type KindRow } from './kinds.ts';

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function defaultContainer(container: unknown): Fields {
  const given = record(container);
  const image = typeof given['image'] === 'string' ? given['image'] : '';
  const floating = image.endsWith(':latest') || !image.slice(image.lastIndexOf('/') + 1).includes(':');
  const ports = list(given['ports']).map((port) => ({
    ...record(port),
    protocol: record(port)['protocol'] ?? 'TCP',
  }));
  return {
    ...given,
    ...(ports.length > 0 ? { ports } : {}),
    resources: given['resources'] ?? {},
    terminationMessagePath: given['terminationMessagePath'] ?? '/dev/termination-log',
    terminationMessagePolicy: given['terminationMessagePolicy'] ?? 'File',
    imagePullPolicy: given['imagePullPolicy'] ?? (floating ? 'Always' : 'IfNotPresent'),
  };
}

function defaultPodSpec(value: unknown): Fields {
  const spec = record(value);
  return {
    ...spec,
    containers: list(spec['containers']).map(defaultContainer),
    restartPolicy: spec['restartPolicy'] ?? 'Always',
    terminationGracePeriodSeconds: spec['terminationGracePeriodSeconds'] ?? 30,
    dnsPolicy: spec['dnsPolicy'] ?? 'ClusterFirst',
    securityContext: spec['securityContext'] ?? {},
    schedulerName: spec['schedulerName'] ?? 'default-scheduler',
  };
}

function defaultTemplate(value: unknown): Fields {
  const template = record(value);
  return { ...template, metadata: template['metadata'] ?? {}, spec: defaultPodSpec(template['spec']) };
}

const graceForLostNodes = ['not-ready', 'unreachable'].map((what) => ({
  key: `node.kubernetes.io/${what}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

function defaultPod(pod: KubeObject): Fields {
  const spec = record(pod['spec']);
  return {
    spec: {
      ...defaultPodSpec(spec),
      serviceAccountName: spec['serviceAccountName'] ?? 'default',
      tolerations: spec['tolerations'] ?? graceForLostNodes,
      priority: spec['priority'] ?? 0,
      enableServiceLinks: spec['enableServiceLinks'] ?? true,
      preemptionPolicy: spec['preemptionPolicy'] ?? 'PreemptLowerPriority',
    },
    status: { phase: 'Pending', qosClass: 'BestEffort', ...record(pod['status']) },
  };
}

const quarter = { maxUnavailable: '25%', maxSurge: '25%' };

function defaultDeployment(object: KubeObject): Fields {
  const spec = record(object['spec']);
  const strategy = record(spec['strategy']);
  const type = strategy['type'] ?? 'RollingUpdate';
  const rolling = { rollingUpdate: { ...quarter, ...record(strategy['rollingUpdate']) } };
  return {
    spec: {
      ...spec,
      replicas: spec['replicas'] ?? 1,
      template: defaultTemplate(spec['template']),
      strategy: { type, ...(type === 'RollingUpdate' ? rolling : {}) },
      revisionHistoryLimit: spec['revisionHistoryLimit'] ?? 10,
      progressDeadlineSeconds: spec['progressDeadlineSeconds'] ?? 600,
    },
  };
}

function defaultReplicaSet(object: KubeObject): Fields {
  const spec = record(object['spec']);
  const status = { replicas: 0, ...record(object['status']) };
  return {
    spec: { ...spec, replicas: spec['replicas'] ?? 1, template: defaultTemplate(spec['template']) },
    status,
  };
}

function defaultStatefulSet(object: KubeObject): Fields {
  const spec = record(object['spec']);
  const update = record(spec['updateStrategy']);
  return {
    spec: {
      ...spec,
      replicas: spec['replicas'] ?? 1,
      template: defaultTemplate(spec['template']),
      serviceName: spec['serviceName'] ?? '',
      podManagementPolicy: spec['podManagementPolicy'] ?? 'OrderedReady',
      updateStrategy: {
        type: update['type'] ?? 'RollingUpdate',
        ...(update['type'] === 'OnDelete'
          ? {}
          : { rollingUpdate: { partition: 0, ...record(update['rollingUpdate']) } }),
      },
      revisionHistoryLimit: spec['revisionHistoryLimit'] ?? 10,
    },
    status: { replicas: 0, availableReplicas: 0, ...record(object['status']) },
  };
}

function defaultDaemonSet(object: KubeObject): Fields {
  const spec = record(object['spec']);
  const update = record(spec['updateStrategy']);
  const rolling = { maxUnavailable: 1, maxSurge: 0, ...record(update['rollingUpdate']) };
  const zero = {
    currentNumberScheduled: 0,
    numberMisscheduled: 0,
    desiredNumberScheduled: 0,
    numberReady: 0,
  };
  return {
    spec: {
      ...spec,
      template: defaultTemplate(spec['template']),
      updateStrategy: {
        type: update['type'] ?? 'RollingUpdate',
        ...(update['type'] === 'OnDelete' ? {} : { rollingUpdate: rolling }),
      },
      revisionHistoryLimit: spec['revisionHistoryLimit'] ?? 10,
    },
    status: { ...zero, ...record(object['status']) },
  };
}

/** A Job selects its pods by its own uid, so the labels are written when the uid is known. */
function defaultJob(object: KubeObject): Fields {
  const spec = record(object['spec']);
  const template = defaultTemplate(spec['template']);
  const metadata = record(template['metadata']);
  const own = {
    'batch.kubernetes.io/controller-uid': object.metadata.uid ?? '',
    'batch.kubernetes.io/job-name': object.metadata.name,
    'controller-uid': object.metadata.uid ?? '',
    'job-name': object.metadata.name,
  };
  return {
    spec: {
      ...spec,
      parallelism: spec['parallelism'] ?? 1,
      completions: spec['completions'] ?? 1,
      backoffLimit: spec['backoffLimit'] ?? 6,
      completionMode: spec['completionMode'] ?? 'NonIndexed',
      suspend: spec['suspend'] ?? false,
      selector: spec['selector'] ?? {
        matchLabels: { 'batch.kubernetes.io/controller-uid': own['controller-uid'] },
      },
      template: { ...template, metadata: { ...metadata, labels: { ...record(metadata['labels']), ...own } } },
    },
  };
}

function defaultService(object: KubeObject): Fields {
  const spec = record(object['spec']);
  const type = spec['type'] ?? 'ClusterIP';
  const exposed = type === 'NodePort' || type === 'LoadBalancer';
  const ports = list(spec['ports']).map((port) => {
    const given = record(port);
    return {
      ...given,
      protocol: given['protocol'] ?? 'TCP',
      targetPort: given['targetPort'] ?? given['port'],
    };
  });
  return {
    spec: {
      ...spec,
      ...(ports.length > 0 ? { ports } : {}),
      type,
      sessionAffinity: spec['sessionAffinity'] ?? 'None',
      ...(exposed ? { externalTrafficPolicy: spec['externalTrafficPolicy'] ?? 'Cluster' } : {}),
      ...(type === 'LoadBalancer'
        ? { allocateLoadBalancerNodePorts: spec['allocateLoadBalancerNodePorts'] ?? true }
        : {}),
      internalTrafficPolicy: spec['internalTrafficPolicy'] ?? 'Cluster',
    },
    status: { loadBalancer: {}, ...record(object['status']) },
  };
}

function defaultNamespace(object: KubeObject): Fields {
  const labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
  return {
    metadata: { ...object.metadata, labels },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active', ...record(object['status']) },
  };
}

const fillers: Readonly<Record<string, (object: KubeObject) => Fields>> = {
  pods: defaultPod,
  deployments: defaultDeployment,
  replicasets: defaultReplicaSet,
  statefulsets: defaultStatefulSet,
  daemonsets: defaultDaemonSet,
  jobs: defaultJob,
  services: defaultService,
  namespaces: defaultNamespace,
  nodes: (node) => ({ spec: record(node['spec']), status: record(node['status']) }),
  endpointslices: (slice) => ({ endpoints: slice['endpoints'] ?? [], ports: slice['ports'] ?? [] }),
};

const withStatus = ['deployments', 'jobs'];

/** The object as it is stored: kind and apiVersion of its row, defaults filled in. */
export function withDefaults(kind: KindRow, object: KubeObject): KubeObject {
  const status = withStatus.includes(kind.resource) ? { status: record(object['status']) } : {};
  return {
    ...object,
    ...status,
    ...fillers[kind.resource]?.(object),
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
  };
}
