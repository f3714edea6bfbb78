import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { localUser } from '../../lab/fabric/seed.ts';
import {
  clusterEntry,
  fabricEntry,
  mapping,
  openLive,
  type Answer,
  type Asked,
  type Live,
} from '../support/live.ts';
import { leaksIn, type Secret, type Straw } from './leaks.ts';

/** Characters that are written otherwise in JSON, in URLs and in base64. */
function secretOf(what: string): Secret {
  return { what, text: `N33dle "${what}" +/%<~ü> ${Buffer.from(`${what}?>`).toString('hex')}` };
}

const typed = {
  claimed: secretOf('password of the claim'),
  changed: secretOf('password after a change'),
  mistyped: secretOf('a wrong password'),
  person: secretOf('password of a user of the fabric'),
  wrongFabric: secretOf('password that the fabric refuses'),
  wrongToken: secretOf('token that the cluster refuses'),
  balancer: secretOf('password of a load balancer'),
  tried: secretOf('password of a test that is never saved'),
  plain: secretOf('password where only a reference may stand'),
  misplaced: secretOf('secret where none belongs'),
  imported: secretOf('password in an import'),
  broken: secretOf('password in an import that breaks'),
  basic: secretOf('password in a header'),
  previewed: secretOf('secret in a mapping'),
};

interface Recorder {
  readonly live: Live;
  readonly answers: Straw[];
  readonly secrets: Secret[];
}

/** Remembers each answer, without the fields that tell a secret to whom it belongs. */
async function tell(
  { live, answers }: Recorder,
  [method, path]: readonly [string, string],
  { told = [], ...asked }: Asked & { readonly told?: readonly string[] } = {},
): Promise<Answer> {
  const answer = await live.ask(method, path, asked);
  const without = (fields: object, names: readonly string[]): object =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
  const headers = without(answer.headers, told.includes('session') ? ['set-cookie'] : []);
  const body = without(answer.body, told);
  const text = told.length === 0 ? answer.text : JSON.stringify(body);
  answers.push({
    where: `${method} ${path} → ${answer.status}`,
    bytes: Buffer.from(`${JSON.stringify(headers)}\n${text}`),
  });
  return answer;
}

async function signIn(recorder: Recorder, path: string, body: object): Promise<string> {
  const answer = await tell(recorder, ['POST', path], { body, told: ['session'] });
  const session = String(answer.body['session']);
  assert.equal(answer.status, 200, answer.text);
  recorder.secrets.push({ what: `session of ${path}`, text: session });
  return session;
}

describe('a secret that was typed in', () => {
  let recorder: Recorder;
  let admin: string;

  before(async function () {
    this.timeout(60_000);
    const live = await openLive({
      anonymous: 'nobody',
      options: ['--log-level', 'debug'],
      prepare({ fabric, cluster }) {
        cluster.deployment('shop', 'web', 3);
        fabric.seed(localUser('anna', typed.person.text));
      },
    });
    const known: Secret[] = [
      ...Object.values(typed),
      { what: 'token of the cluster', text: live.cluster.tokens.reader },
      { what: 'password of the fabric', text: live.fabric.password },
    ];
    recorder = { live, answers: [], secrets: known };
    await enterEverything();
    await live.until('it is in step', () => live.prefixes('c1_shop_web').length === 6);
  });

  after(() => recorder.live.close());

  /** Claim, sign-in, entries, imports, tests: with good secrets and with bad ones. */
  async function enterEverything(): Promise<void> {
    const { live, secrets } = recorder;
    const [, code = ''] = /"code":"([A-Z0-9-]{20,})"/.exec(live.log()) ?? [];
    const claim = { username: 'root', password: typed.claimed.text };
    secrets.push({ what: 'code of the first start', text: code });
    await tell(recorder, ['POST', 'api/v1/session/claim'], { body: { ...claim, code: typed.mistyped.text } });
    admin = await signIn(recorder, 'api/v1/session/claim', { ...claim, code });
    await live.configure([mapping('web', { namespaces: { names: ['shop'] } })], admin);
    await badEntries();
    await people();
    await imports();
    await tests();
  }

  async function badEntries(): Promise<void> {
    const { live, secrets } = recorder;
    const { cert, key } = await certificateFor(live);
    secrets.push({ what: 'private key', text: key });
    const fabric = fabricEntry(live);
    const cluster = clusterEntry(live);
    const entries: [string, object][] = [
      ['clusters/c2', { ...cluster, name: 'c2', credentials: { token: { secret: typed.wrongToken.text } } }],
      [
        'clusters/c3',
        {
          ...cluster,
          name: 'c3',
          credentials: { clientCertificate: { secret: cert }, clientKey: { secret: key } },
        },
      ],
      ['fabrics/dc2', { ...fabric, name: 'dc2', credentials: credentials(typed.wrongFabric) }],
      [
        'load-balancers/f5',
        {
          kind: 'bigip',
          name: 'f5',
          address: live.fabric.url,
          ca: live.authority.caPem,
          credentials: credentials(typed.balancer),
        },
      ],
      ['fabrics/dc3', { ...fabric, name: 'dc3', credentials: { username: 'x', password: typed.plain.text } }],
      ['fabrics/dc4', { ...fabric, name: 'dc4', controllers: [{ secret: typed.misplaced.text }] }],
      ['mappings/bad', { ...mapping('bad'), from: { secret: typed.previewed.text } }],
    ];
    const statuses: number[] = [];
    for (const [path, body] of entries)
      statuses.push((await tell(recorder, ['PUT', `api/v1/${path}`], { body, tag: '*', as: admin })).status);
    assert.deepEqual(statuses, [200, 200, 200, 200, 422, 422, 422]);
  }

  async function people(): Promise<void> {
    const { secrets } = recorder;
    const anna = { fabric: 'dc1', username: 'anna' };
    await signIn(recorder, 'api/v1/session', { ...anna, password: typed.person.text });
    await tell(recorder, ['POST', 'api/v1/session'], { body: { ...anna, password: typed.mistyped.text } });
    // People type passwords into the wrong field.
    await tell(recorder, ['POST', 'api/v1/session'], {
      body: { username: typed.mistyped.text.slice(0, 100), password: typed.mistyped.text },
    });
    const change = { current: typed.mistyped.text, next: typed.changed.text };
    await tell(recorder, ['POST', 'api/v1/session/password'], { body: change, as: admin });
    const changed = await tell(recorder, ['POST', 'api/v1/session/password'], {
      body: { ...change, current: typed.claimed.text },
      as: admin,
    });
    assert.equal(changed.status, 200, changed.text);
    const token = await tell(recorder, ['POST', 'api/v1/tokens'], {
      body: { name: 'ci', role: 'admin', days: 1 },
      as: admin,
      told: ['token'],
    });
    secrets.push({ what: 'API token', text: String(token.body['token']) });
    await tell(recorder, ['GET', 'api/v1/status'], { as: String(token.body['token']) });
    const basic = Buffer.from(`root:${typed.basic.text}`).toString('base64');
    await tell(recorder, ['GET', 'api/v1/status'], { headers: { authorization: `Basic ${basic}` } });
    await tell(recorder, ['GET', 'api/v1/status'], {
      headers: {
        devcookie: encodeURIComponent(typed.basic.text),
        'apic-challenge': encodeURIComponent(typed.basic.text),
      },
    });
  }

  async function imports(): Promise<void> {
    const whole = await tell(recorder, ['GET', 'api/v1/configuration'], { as: admin });
    const exported = await tell(recorder, ['GET', 'api/v1/configuration/export'], { as: admin });
    const text = String(exported.body['text']);
    const written = JSON.stringify(typed.imported.text);
    const good = text.replace(/password: "?secret:[^\s"]+"?/, `password: { secret: ${written} }`);
    const broken = `${good.replace(written, JSON.stringify(typed.broken.text))}\n  oops: [${JSON.stringify(typed.broken.text)}`;
    assert.notEqual(good, text);
    for (const body of [{ text: good }, { text: broken }]) {
      await tell(recorder, ['POST', 'api/v1/configuration/preview'], { body, as: admin });
      await tell(recorder, ['PUT', 'api/v1/configuration'], { body, tag: whole.tag, as: admin });
    }
    const revision = String(whole.body['revision']);
    const now = await tell(recorder, ['GET', 'api/v1/configuration'], { as: admin });
    assert.notEqual(now.tag, whole.tag);
    const restored = await tell(recorder, ['POST', `api/v1/configuration/versions/${revision}/restore`], {
      tag: now.tag,
      as: admin,
    });
    assert.equal(restored.status, 200, restored.text);
    await recorder.live.put('api/v1/fabrics/dc1', fabricEntry(recorder.live), { as: admin });
    await tell(recorder, ['POST', 'api/v1/configuration/rotate-key'], { body: {}, as: admin });
  }

  async function tests(): Promise<void> {
    const { live } = recorder;
    const entries = [
      ['fabric', { ...fabricEntry(live), name: 'dc9', credentials: credentials(typed.tried) }],
      [
        'cluster',
        { ...clusterEntry(live), name: 'c9', credentials: { token: { secret: typed.tried.text } } },
      ],
      ['fabric', { ...fabricEntry(live), credentials: { username: 'admin', password: typed.plain.text } }],
      [
        'loadBalancer',
        { kind: 'bigip', name: 'f9', address: live.fabric.url, credentials: credentials(typed.tried) },
      ],
      ['fabric', fabricEntry(live)],
      ['cluster', clusterEntry(live)],
    ] as const;
    for (const [kind, entry] of entries)
      await tell(recorder, ['POST', 'api/v1/tests'], { body: { kind, entry }, as: admin });
    await tell(recorder, ['POST', 'api/v1/mappings/preview'], {
      body: { mapping: { ...mapping('bad'), to: { secret: typed.previewed.text } } },
      as: admin,
    });
    await tell(recorder, ['POST', 'api/v1/kubeconfig'], {
      body: { text: `users: [{token: "${typed.tried.text}` },
      as: admin,
    });
  }

  /** Every question that takes no name, and those about what there is. */
  async function askEverything(): Promise<void> {
    const openapi = await tell(recorder, ['GET', 'api/v1/openapi.json']);
    const paths = Object.entries(openapi.body['paths'] as Record<string, object>)
      .filter(([path, there]) => 'get' in there && !path.includes('{'))
      .map(([path]) => path.slice(1));
    assert.ok(paths.length > 15);
    const { versions } = (await tell(recorder, ['GET', 'api/v1/configuration/versions'], { as: admin })).body;
    const named = [
      'api/v1/clusters/c1',
      'api/v1/clusters/c3',
      'api/v1/fabrics/dc1',
      'api/v1/load-balancers/f5',
      'api/v1/mappings/web',
      'api/v1/explain?address=10.244.0.2',
      'api/v1/holders?address=10.244.0.2',
      'api/v1/addresses?limit=1000',
      'api/v1/history?limit=500',
      'metrics',
      '',
      ...(versions as { readonly revision: number }[]).map(
        ({ revision }) => `api/v1/configuration/versions/${revision}`,
      ),
    ];
    for (const path of [...paths, ...named]) await tell(recorder, ['GET', path], { as: admin });
    const enveloped = { method: 'GET', path: '/api/v1/configuration', query: {}, headers: {} };
    await tell(recorder, ['POST', 'proxy.json'], { body: enveloped, as: admin });
  }

  it('is found nowhere: not in a log, an answer, a file of the data directory, or the metrics', async () => {
    const { live, answers, secrets } = recorder;

    await live.until('what is wrong is said', async () => {
      const { text } = await live.ask('GET', 'api/v1/status', { as: admin });
      return text.includes('cluster.unauthorized') && text.includes('fabric.unauthorized');
    });
    await askEverything();
    const files = filesIn(live.dataDir);
    await live.stop();
    const log = live.log().split('\n');
    const claim = log.filter((line) => line.includes('nobody can sign in yet'));
    const rest = log.filter((line) => !line.includes('nobody can sign in yet')).join('\n');
    const haystack = [
      ...answers,
      ...files,
      ...filesIn(live.dataDir),
      { where: 'the log', bytes: Buffer.from(rest) },
    ];

    assert.equal(claim.length, 1);
    assert.ok(answers.length > 50 && files.some(({ where }) => where.includes('history.db')));
    assert.deepEqual(leaksIn(haystack, secrets), []);
  }).timeout(120_000);

  it('would be found, in whatever form it stood anywhere', () => {
    const { text } = typed.person;
    const near = Buffer.concat([Buffer.from('before '), Buffer.from(text), Buffer.from(' after')]);
    const planted = {
      plain: text,
      json: JSON.stringify({ text }),
      'json in json': JSON.stringify({ line: JSON.stringify({ text }) }),
      url: `https://x/?password=${encodeURIComponent(text)}&y`,
      hex: near.toString('hex'),
      ...Object.fromEntries(
        [0, 1, 2].flatMap((skip) => [
          [`base64 ${skip}`, near.subarray(skip).toString('base64')],
          [`base64url ${skip}`, near.subarray(skip).toString('base64url')],
        ]),
      ),
    };

    for (const [where, each] of Object.entries(planted)) {
      const bytes = Buffer.concat([Buffer.alloc(5000, 0xa5), Buffer.from(each), Buffer.alloc(5000)]);
      const found = leaksIn([{ where, bytes }], [typed.claimed, typed.person]);
      assert.notDeepEqual(found, [], where);
      assert.ok(found.every((line) => line.startsWith(typed.person.what)));
    }
  });

  it('would be found in the files that were searched: names are', () => {
    const files = filesIn(recorder.live.dataDir);

    const found = leaksIn(files, [{ what: 'a name', text: 'anna' }]);

    assert.ok(found.some((line) => line.includes('history.db')));
  });
});

function credentials({ text }: Secret): object {
  return { username: 'kubesync', password: { secret: text } };
}

async function certificateFor(live: Live): Promise<{ cert: string; key: string }> {
  const { cert, key } = await live.authority.issue('c3-reader');
  return { cert, key };
}

function filesIn(folder: string): Straw[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
    .map((path) => ({ where: path, bytes: readFileSync(path) }));
}
