/**
 * What happens to an app on an APIC without anybody's doing: its storage stalls, its session ends, it is moved, killed, installed
 * anew. Each is survived: pods go on being followed to the fabric, and what was declared is there. KUBESYNC_STALL_SECONDS: for how long the
 * storage stalls.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { eventually } from '../support/eventually.ts';
import { freezing, makeFrozenDisk, type FrozenDisk } from '../support/frozen-disk.ts';
import { lane } from '../support/lane.ts';
import { app, isInStep, needs, openAppStage, type AppStage } from './stage.ts';

const epg = 'prod-a_shop_web';
const stallMs = Number(process.env['KUBESYNC_STALL_SECONDS'] ?? '8') * 1000;
const patienceMs = 60_000;

lane('the app on an APIC, whatever befalls it', [...needs, ...freezing], () => {
  describe('on one installation after another', function () {
    this.timeout(120_000 + 2 * stallMs);
    let disk: FrozenDisk;
    let stage: AppStage;

    const followed = (replicas: number): Promise<void> => {
      stage.cluster.scale('shop', 'web', replicas);
      return eventually(
        `${replicas} pods on the fabric`,
        () => isInStep(stage, epg, 'web') && stage.prefixes(epg).length === replicas * 2,
        patienceMs,
      );
    };
    const problems = async (): Promise<string[]> => {
      const { status, body } = await stage.ask('GET', 'status');
      return status === 200 ? (body as ProblemList).problems.map(({ code }) => code) : [];
    };
    const output = (): string => readFileSync(stage.appCenter.app(app)?.folders.output ?? '', 'utf8');
    const answering = (): Promise<void> =>
      eventually(
        'the app answers',
        async () => (await stage.ask('GET', 'status')).status === 200,
        patienceMs,
      );

    before(async function () {
      this.timeout(900_000);
      disk = makeFrozenDisk(64);
      stage = await openAppStage({ dataFolder: disk.path });
      await stage.appCenter.upload(stage.aci);
      await stage.appCenter.enable(app);
      stage.cluster.deployment('shop', 'web', 2);
      await answering();
      await declare(stage);
      await followed(2);
    });

    after(async () => {
      disk.thaw();
      await stage.close();
      disk.remove();
    });

    it('storage that stalls stops nothing, and is said', async () => {
      disk.freeze();
      const begun = performance.now();
      await followed(4);
      await eventually('it is said', async () => (await problems()).includes('store.stalled'), patienceMs);
      while (performance.now() - begun < stallMs) {
        const asked = performance.now();
        assert.equal((await stage.ask('GET', 'status')).status, 200);
        assert.ok(performance.now() - asked < 20_000, 'the page gives up after 20 s');
        await sleep(500);
      }
      await followed(5);
      assert.equal(stage.appCenter.app(app)?.restarts, 0);

      disk.thaw();
      await eventually('it is over', async () => !(await problems()).includes('store.stalled'), patienceMs);
      await stage.appCenter.disable(app);
      await stage.appCenter.enable(app);
      await followed(3);
    });

    it('a session that ends is opened anew, signed with the key of the app', async () => {
      const before = stage.fabric.stats().appTokens;

      stage.fabric.expireSessions();
      await followed(4);

      assert.ok(stage.fabric.stats().appTokens > before);
    });

    it('another APIC is found at another gateway, and its other certificate is said', async () => {
      const before = stage.appCenter.app(app);

      await stage.appCenter.move(app);
      await followed(2);

      assert.notEqual(stage.appCenter.app(app)?.gateway, before?.gateway);
      assert.match(output(), /"code":"app-center\.certificate"/);
    });

    it('a container that is killed is started again, and goes on', async () => {
      await stage.appCenter.kill(app);
      await followed(5);

      assert.equal(stage.appCenter.app(app)?.restarts, 1);
    });

    it('who asks is known even where neither headers nor cookies reach the container', async () => {
      stage.appCenter.setProfile('stripped');
      const { status, body } = await stage.ask('GET', 'session');
      stage.appCenter.setProfile('pass');

      assert.equal(status, 200);
      assert.equal((body as { person: { role: string } }).person.role, 'admin');
    });

    it('what is not a declared POST or GET of somebody signed in does not reach it', async () => {
      const agent = new Agent({ connect: { ca: stage.fabric.caPem } });
      const send = async (method: string, path: string, headers = {}): Promise<number> => {
        const url = new URL(`/appcenter/KubeSync/AciKubeSync/${path}`, stage.appCenter.url);
        const { statusCode, body } = await request(url, { method, headers, dispatcher: agent });
        await body.dump();
        return statusCode;
      };
      const token = await stage.token();

      const statuses = [
        await send('POST', 'proxy.json'),
        await send('POST', 'proxy.json', { DevCookie: token['DevCookie'] }),
        await send('PUT', 'proxy.json', token),
        await send('GET', 'livez', token),
        await send('GET', 'api/v1/status', token),
      ];
      const upgrade = await upgraded(stage);
      await agent.close();

      assert.deepEqual(statuses, [403, 403, 405, 404, 404]);
      assert.match(upgrade, /^HTTP\/1\.1 400 /);
    });

    it('while it is disabled the APIC says that it is not reached', async () => {
      await stage.appCenter.disable(app);
      const { status, body } = await stage.ask('GET', 'status');
      await stage.appCenter.enable(app);

      assert.equal(status, 502);
      assert.match(JSON.stringify(body), /Failed to reach the container/);
    });

    it('data that a deletion left behind are taken up by the next installation, with its new key', async () => {
      const certificate = (): string | undefined =>
        stage.fabric.get(`uni/userext/appuser-${app}/usercert-${app}`)?.attributes['data'];
      const before = certificate();

      await stage.appCenter.disable(app);
      await stage.appCenter.delete(app, { leftover: true });
      await stage.appCenter.upload(stage.aci);
      await stage.appCenter.enable(app);
      await followed(3);

      assert.notEqual(certificate(), before);
      assert.match(output(), /"system":"apic".*"msg":"logged in"/);
    });
  });
});

interface ProblemList {
  readonly problems: readonly { readonly code: string }[];
}

/** By the app's API: the cluster, and a mapping that writes at once. */
async function declare(stage: AppStage): Promise<void> {
  const { cluster } = stage;
  const entries: readonly (readonly [path: string, entry: object])[] = [
    [
      'clusters/prod-a',
      {
        ...{ name: 'prod-a', server: cluster.url, ca: cluster.caPem },
        credentials: { token: { secret: cluster.tokens.reader } },
        ranges: { pods: ['10.244.0.0/16', 'fd00:10:244::/56'] },
      },
    ],
    [
      'mappings/shop',
      {
        ...{ name: 'shop', mode: 'full', firstContact: 'apply' },
        from: { kind: 'workload', clusters: ['prod-a'], namespaces: { names: ['shop'] } },
        to: {
          externalEpg: {
            ...{ tenant: 'k8s', l3out: 'calico', name: '{cluster}_{namespace}_{workload}' },
            contracts: { provide: ['web'] },
          },
        },
      },
    ],
  ];
  for (const [path, entry] of entries) {
    const { status, body } = await stage.ask('PUT', path, entry);
    assert.ok(status === 200 || status === 201, JSON.stringify(body));
  }
}

/** What the APIC says to a web socket for the app. */
function upgraded({ appCenter, fabric }: AppStage): Promise<string> {
  const { hostname, port } = new URL(appCenter.url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca: fabric.caPem }, () =>
      socket.write(
        `GET /appcenter/KubeSync/AciKubeSync/proxy.json HTTP/1.1\r\nHost: ${hostname}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
      ),
    );
    socket.once('data', (data: Buffer) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
