/**
 * kubectl, as people install it, against the cluster simulator. `--validate=false` where objects are sent: kubectl of
 * 1.20, which Debian ships, validates by a document that the simulator does not serve.
 */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createAuthority } from '../../lab/authority.ts';
import { startCluster, type Cluster } from '../../lab/cluster/cluster.ts';
import { lane } from '../support/lane.ts';

const run = promisify(execFile);

const shopManifest = `
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop, labels: { app: cart } }
spec:
  replicas: 2
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart } }
    spec:
      containers: [{ name: cart, image: "registry.example/cart:1", ports: [{ name: http, containerPort: 8080 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec:
  type: LoadBalancer
  selector: { app: cart }
  ports: [{ name: http, port: 80, targetPort: http }]
`;

const program = { names: ['kubectl'], install: 'apt-get install kubernetes-client' };

lane('kubectl against the cluster simulator', program, (path) => {
  let cluster: Cluster;
  let home: string;

  before(async () => {
    cluster = await startCluster({ authority: await createAuthority(), podReadyMs: 20, terminationMs: 20 });
    home = await mkdtemp(join(tmpdir(), 'kubectl-'));
    await writeFile(join(home, 'admin.yaml'), cluster.kubeconfig());
    await writeFile(join(home, 'reader.yaml'), cluster.kubeconfig('reader'));
    await writeFile(join(home, 'shop.yaml'), shopManifest);
  });

  after(async () => {
    await cluster.close();
    await rm(home, { recursive: true });
  });

  const environment = (user: string): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: home,
    KUBECONFIG: join(home, `${user}.yaml`),
  });

  async function kubectl(command: string, user = 'admin'): Promise<string> {
    const { stdout } = await run(path, command.split(' '), { env: environment(user) });
    return stdout;
  }

  async function refusal(command: string, user = 'admin'): Promise<string> {
    return kubectl(command, user).then(
      (output) => assert.fail(`was not refused: ${output}`),
      (error: unknown) => (error as { stderr: string }).stderr,
    );
  }

  it('applies a file, and a second time finds nothing to change', async () => {
    const first = await kubectl(`apply --validate=false -f ${home}/shop.yaml`);
    const second = await kubectl(`apply --validate=false -f ${home}/shop.yaml`);

    assert.match(first, /deployment.apps\/cart created\nservice\/cart created/);
    assert.match(second, /deployment.apps\/cart unchanged\nservice\/cart unchanged/);
  });

  it('applies with the field validation of the server, where this kubectl knows it', async () => {
    const { minor } = (
      JSON.parse(await kubectl('version --client -o json')) as { clientVersion: { minor: string } }
    ).clientVersion;
    if (Number.parseInt(minor, 10) < 27) return;

    const output = await kubectl(`apply -f ${home}/shop.yaml`);

    assert.match(output, /service\/cart unchanged/);
  });

  it('applies on the side of the server', async () => {
    const output = await kubectl(
      `apply --server-side --force-conflicts --validate=false -f ${home}/shop.yaml`,
    );

    assert.match(output, /deployment.apps\/cart serverside-applied/);
  });

  it('prints tables, wide ones with addresses and nodes', async () => {
    await cluster.settled();

    const pods = await kubectl('get pods -n shop');
    const wide = await kubectl('get pods -n shop -o wide');
    const services = await kubectl('get service cart -n shop');
    const nodes = await kubectl('get nodes');
    const everything = await kubectl('get all -n shop');

    assert.match(pods, /^NAME +READY +STATUS +RESTARTS +AGE\ncart-\S+ +1\/1 +Running +0 +\d+s\n/);
    assert.match(wide, /10\.244\.\d+\.\d+ +node-\d +<none> +<none>/);
    assert.match(services, /cart +LoadBalancer +10\.96\.\S+ +192\.168\.5\.1 +80:\d+\/TCP/);
    assert.match(nodes, /node-1 +Ready/);
    assert.match(everything, /replicaset.apps\/cart-/);
  });

  it('reads objects as JSON, with addresses of both families', async () => {
    const list = JSON.parse(await kubectl('get pods -n shop -o json')) as {
      items: { status: { podIPs: { ip: string }[] } }[];
    };

    assert.equal(list.items.length, 2);
    for (const { status } of list.items) {
      assert.match(status.podIPs[0]!.ip, /^10\.244\./);
      assert.match(status.podIPs[1]!.ip, /^fd00:10:244/);
    }
  });

  it('creates namespaces and Deployments of its own making', async () => {
    await kubectl('create namespace tools');
    await kubectl('create deployment web --image=nginx --replicas=3 -n tools');
    const progress = await kubectl('rollout status deployment/web -n tools --timeout=20s');

    assert.match(progress, /successfully rolled out/);
    assert.equal(cluster.list('pods', 'tools').length, 3);
  });

  it('exposes a Deployment through a load balancer', async () => {
    await kubectl('expose deployment web --type=LoadBalancer --port=80 --target-port=8080 -n tools');
    await cluster.settled();

    const address = await kubectl(
      'get service web -n tools -o jsonpath={.status.loadBalancer.ingress[0].ip}',
    );
    const slices = await kubectl('get endpointslices -n tools');

    assert.equal(address, '192.168.5.2');
    assert.match(slices, /web-\w{5} +IPv4 +8080 +10\.244\./);
  });

  it('scales', async () => {
    await kubectl('scale deployment web --replicas=5 -n tools');
    await cluster.settled();

    assert.match(await kubectl('get deployment web -n tools'), /web +5\/5 +5 +5/);
  });

  it('restarts a rollout and follows it', async () => {
    const before = cluster.list('pods', 'tools').map(({ metadata }) => metadata.name);

    await kubectl('rollout restart deployment/web -n tools');
    const progress = await kubectl('rollout status deployment/web -n tools --timeout=20s');
    const history = await kubectl('rollout history deployment/web -n tools');
    await cluster.settled();

    assert.match(progress, /successfully rolled out/);
    assert.match(history, /\n2 /);
    const left = cluster.list('pods', 'tools').filter(({ metadata }) => before.includes(metadata.name));
    assert.deepEqual(left, []);
  });

  it('labels, annotates and patches', async () => {
    await kubectl('label deployment web tier=front -n tools');
    await kubectl('annotate deployment web note=hello -n tools');
    await kubectl('patch service web -p {"spec":{"ports":[{"port":80,"targetPort":9090}]}} -n tools');

    const deployment = cluster.get('deployment', 'tools', 'web');
    assert.equal(deployment?.metadata.labels?.['tier'], 'front');
    assert.equal(deployment.metadata.annotations?.['note'], 'hello');
    assert.match(await kubectl('get service web -n tools -o json'), /"targetPort": 9090/);
  });

  it('watches', async () => {
    const watcher = spawn(path, ['get', 'pods', '-n', 'tools', '-w', '-o', 'name'], {
      env: environment('admin'),
    });
    const seen = new Promise<string>((resolve) => {
      let text = '';
      watcher.stdout.on('data', (piece: Buffer) => {
        text += piece.toString('utf8');
        if (text.includes('pod/watched')) resolve(text);
        else if (text.split('\n').length === 6) void kubectl('run watched --image=nginx -n tools');
      });
    });

    assert.match(await seen, /pod\/watched/);
    watcher.kill();
  });

  it('waits for a condition', async () => {
    const output = await kubectl('wait pod/watched --for=condition=Ready -n tools --timeout=20s');

    assert.match(output, /condition met/);
  });

  it('drains a node, which is then empty', async () => {
    await kubectl('drain node-1 --ignore-daemonsets --force --timeout=20s');
    await cluster.settled();

    const pods = cluster.list('pods').map((pod) => (pod['spec'] as { nodeName: string }).nodeName);
    assert.ok(!pods.includes('node-1'));
    await kubectl('uncordon node-1');
  });

  it('lists what is served', async () => {
    const output = await kubectl('api-resources');

    assert.match(output, /deployments +deploy +apps\/v1 +true +Deployment/);
    assert.match(output, /endpointslices +discovery.k8s.io\/v1 +true +EndpointSlice/);
  });

  it('answers what one may do', async () => {
    const mayWatch = await kubectl('auth can-i watch pods', 'reader');
    const mayWrite = await run(path, ['auth', 'can-i', 'create', 'pods'], {
      env: environment('reader'),
    }).catch((error: unknown) => error as { stdout: string });

    assert.equal(mayWatch.trim(), 'yes');
    assert.equal(mayWrite.stdout.trim(), 'no');
  });

  it('is refused what a reader may not do', async () => {
    const text = await refusal('delete pod watched -n tools', 'reader');

    assert.match(text, /pods "watched" is forbidden: User "reader" cannot delete resource "pods"/);
  });

  it('describes', async () => {
    assert.match(await kubectl('describe pod watched -n tools'), /Status: +Running/);
    assert.match(await kubectl('describe service web -n tools'), /LoadBalancer Ingress: +192\.168\.5\.2/);
  });

  it('deletes a pod, a Deployment with its pods, and a namespace with all that is in it', async () => {
    await kubectl('delete pod watched -n tools');
    await kubectl('delete deployment web -n tools');
    await kubectl('delete namespace shop');
    await cluster.settled();

    assert.deepEqual(cluster.list('pods'), []);
    assert.equal(cluster.get('namespace', undefined, 'shop'), undefined);
    assert.match(await refusal('get pod watched -n tools'), /pods "watched" not found/);
  });
});
