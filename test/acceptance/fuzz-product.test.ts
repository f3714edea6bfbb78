import assert from 'node:assert/strict';
import { mo, localUser } from '../../lab/fabric/seed.ts';
import { fuzz, type FuzzReport } from '../api/fuzz.ts';
import { secretMark } from '../api/hostile.ts';
import { mapping, openLive, type Live } from '../support/live.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const count = Number(process.env['FUZZ_COUNT'] ?? 2000);
/** Some requests sign their own session out: so often everyone comes with another. */
const campaigns = 4;
const epg = 'c1_shop_web';
/** A viewer, an operator and an admin, by their roles on the fabric. */
const people = ['vera', 'olaf', 'anna'];

function passwordOf(name: string): string {
  return `${name}-Passw0rd-of-the-fabric`;
}

interface Campaign {
  readonly live: Live;
  readonly admin: string;
  readonly tokens: readonly string[];
  /** Of the people, for each campaign. */
  readonly sessions: readonly (readonly string[])[];
}

/** A product that lets in nobody unsigned, users of the fabric in the three roles, and a session of the local administrator. */
async function open(): Promise<Campaign> {
  const live = await openLive({
    anonymous: 'nobody',
    prepare({ fabric, cluster }) {
      cluster.deployment('shop', 'web', 3);
      fabric.seed([
        userOf('vera', 'read-all', 'readPriv'),
        userOf('olaf', 'ops', 'writePriv'),
        localUser('anna', passwordOf('anna')),
      ]);
    },
  });
  const [, code] = /"code":"([A-Z0-9-]{20,})"/.exec(live.log()) ?? [];
  const claimed = await live.ask('POST', 'api/v1/session/claim', {
    body: { code, username: 'root', password: 'root-Passw0rd-of-ours' },
  });
  const admin = String(claimed.body['session']);
  await live.configure([mapping('web', { namespaces: { names: ['shop'] } })], admin);
  const wanted = ['viewer', 'operator', 'admin', 'admin', 'admin', 'admin'].map((role, index) => ({
    name: `t${index}`,
    role,
    days: 1,
  }));
  const tokens: string[] = [];
  for (const body of wanted)
    tokens.push(String((await live.ask('POST', 'api/v1/tokens', { body, as: admin })).body['token']));
  const sessions: string[][] = [];
  for (let each = 0; each < campaigns; each += 1) sessions.push(await signedIn(live));
  return { live, admin, tokens, sessions };
}

function userOf(name: string, role: string, privType: string): ReturnType<typeof mo> {
  return mo('aaaUser', { dn: `uni/userext/user-${name}`, name, pwd: passwordOf(name) }, [
    mo('aaaUserDomain', { name: 'all' }, [mo('aaaUserRole', { name: role, privType })]),
  ]);
}

async function signedIn(live: Live): Promise<string[]> {
  const sessions: string[] = [];
  for (const username of people) {
    const body = { fabric: 'dc1', username, password: passwordOf(username) };
    const answer = await live.ask('POST', 'api/v1/session', { body });
    assert.equal(answer.status, 200, answer.text);
    sessions.push(String(answer.body['session']));
  }
  return sessions;
}

describe('malformed requests to the running product', () => {
  let campaign: Campaign;

  before(async function () {
    this.timeout(60_000);
    campaign = await open();
  });

  after(() => campaign.live.close());

  it(`are refused in order, and the fabric stays in step (seed ${seed})`, async () => {
    const { live, admin, sessions } = campaign;
    await live.until('it is in step', () => live.prefixes(epg).length === 6);
    const known = await identities(live, admin);
    const reports: FuzzReport[] = [];

    for (const [index, each] of sessions.entries()) {
      await declareAgain(live, admin, known);
      reports.push(
        await oneCampaign(campaign, each, { seed: seed + index, count: Math.ceil(count / campaigns) }),
      );
    }

    const statuses = new Map<number, number>();
    for (const report of reports)
      for (const [status, times] of report.statuses)
        statuses.set(status, (statuses.get(status) ?? 0) + times);
    for (const status of [200, 401, 403, 404, 412, 422, 428])
      assert.ok(
        (statuses.get(status) ?? 0) > 0,
        `no request was answered by ${status}: ${JSON.stringify([...statuses])}`,
      );
    const reached = new Set(reports.flatMap((report) => [...report.reached]));
    assert.ok(reached.size >= 25, `it came no further than to ${[...reached].join()}`);
    assert.doesNotMatch(live.log(), new RegExp(`${secretMark}|internal\\.bug|"level":"error".*at \\S+\\.ts`));
    await declareAgain(live, admin, known);
    live.cluster.scale('shop', 'web', 5);
    await live.until('a change of pods reaches the fabric', () => live.prefixes(epg).length === 10);
  }).timeout(120_000 + count * 100);
});

async function oneCampaign(
  { live, admin, tokens }: Campaign,
  sessions: readonly string[],
  size: { readonly seed: number; readonly count: number },
): Promise<FuzzReport> {
  const bearers = [...sessions, ...sessions, ...tokens].map((each) => ({ authorization: `Bearer ${each}` }));
  const cookies = sessions.map((each) => ({
    cookie: `aks_session=${each}`,
    'sec-fetch-site': 'same-origin',
  }));
  return fuzz(
    {
      base: live.product.url.replace(/\/$/, ''),
      callers: [{}, { authorization: 'Bearer wrong' }, ...cookies, ...bearers],
      digest: async () =>
        (await live.ask('GET', 'api/v1/configuration', { as: admin, patient: true })).tag ?? 'none',
    },
    size,
  );
}

/** A source or a system, with what it says that it is. */
interface Named {
  readonly name: string;
  readonly identity: string;
}

async function identities(live: Live, admin: string): Promise<readonly Named[]> {
  const { body } = await live.ask('GET', 'api/v1/status', { as: admin });
  const all = [...(body['sources'] as Named[]), ...(body['systems'] as Named[])];
  return all.map(({ name, identity }) => ({ name, identity }));
}

/** What was declared and decided at random may have paused it, confirmed another identity, or declared everything otherwise. */
async function declareAgain(live: Live, admin: string, known: readonly Named[]): Promise<void> {
  for (const body of known) await live.ask('POST', 'api/v1/identity', { body, as: admin, patient: true });
  await live.ask('POST', 'api/v1/pause', { body: { paused: false }, as: admin, patient: true });
  await live.configure([mapping('web', { namespaces: { names: ['shop'] } })], admin);
}
