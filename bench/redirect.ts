/**
 * From nothing to 1,000 tracked destinations in 50 redirect policies; then a restart with nothing changed; then a node's end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../lab/cluster/cluster.ts';
import type { Fabric } from '../lab/fabric/fabric.ts';
import { openWorld, until } from './world.ts';

const services = 50;
const pods = 20;
const quietMs = 2000;

const document = `
mappings:
  - name: redirect
    mode: full
    firstContact: apply
    from: { kind: service, clusters: [c], namespaces: { names: [load] } }
    to:
      redirectPolicy: { tenant: k8s, name: "{cluster}_{namespace}_{service}", families: [ipv4], ipSla: tcp80 }
`;

export async function redirect(): Promise<Record<string, unknown>> {
  const world = await openWorld({ document });
  const { fabric, cluster } = world;
  try {
    await loadServices(cluster);
    fabric.resetStats();
    const startedAt = performance.now();
    const product = await world.startProduct();
    const listeningAt = performance.now();
    await until('every destination is there', () => destinations(fabric) === services * pods);
    const inStepAt = performance.now();
    await sleep(quietMs);
    const { writes, deletes, reads, requests, logins, subscribes, objectsWritten } = fabric.stats();
    await product.stop();
    fabric.resetStats();
    const again = await world.startProduct();
    await sleep(quietMs * 2);
    const restart = fabric.stats();
    await again.stop();
    return {
      load: { services, podsEach: pods, destinations: services * pods, healthGroups: services * pods },
      secondsFromProcessStart: seconds(inStepAt - startedAt),
      secondsFromListening: seconds(inStepAt - listeningAt),
      writeRequests: writes + deletes,
      objectsWritten,
      readRequests: reads,
      logins,
      subscribes,
      allRequests: requests,
      restartWithNothingChanged: {
        writeRequests: restart.writes + restart.deletes,
        readRequests: restart.reads,
      },
      baselineOneRequestPerDestination: services * pods,
      ratio: { writeRequests: Math.round((services * pods) / (writes + deletes)) },
    };
  } finally {
    await world.close();
  }
}

async function loadServices(cluster: Cluster): Promise<void> {
  for (let index = 0; index < services; index += 1) {
    const name = `app-${index}`;
    cluster.deployment('load', name, pods);
    cluster.service('load', name, {
      selector: { app: name },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    });
  }
  await cluster.settled();
}

function destinations(fabric: Fabric): number {
  return fabric.subtree('uni/tn-k8s/svcCont', 'vnsRedirectDest').length;
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
