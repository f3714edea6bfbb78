import assert from 'node:assert/strict';
import { testReportSchema, type TestReport, type TestStep } from '../api/contract/tests.ts';
import { problem, type ProblemCode } from '../model/problems.ts';
import { isForbidden } from './forbidden.ts';
import type {
  BigIpFacts,
  CertificateFacts,
  ClusterFacts,
  FabricFacts,
  Found,
  HaproxyFacts,
  ReachFailure,
  Reading,
} from './ports.ts';
import { bigIpReport, clusterReport, fabricReport, haproxyReport, mayGoOn, type Case } from './report.ts';

const day = 86_400_000;
const now = Date.parse('2026-06-01');
const of: Case = { name: 'prod-a', identities: new Map(), trust: 'ca', now };

const shownOne: CertificateFacts = {
  subject: 'CN=api',
  issuer: 'CN=CA',
  names: ['api.example', '10.0.0.1'],
  validFrom: now - 100 * day,
  validTo: now + 100 * day,
  fingerprint: 'AB:CD',
  selfSigned: false,
  pem: 'PEM',
  rootIssuer: 'CN=Root',
  refusal: undefined,
};
const cluster: ClusterFacts = {
  version: { fact: 'v1.31.4' },
  user: { fact: 'system:serviceaccount:a:b' },
  missing: { fact: [] },
  identity: { fact: 'u-1' },
  ranges: { fact: { pods: ['10.244.0.0/16'], nodes: ['10.1.0.0/24'] } },
};
const fabric: FabricFacts = {
  login: { fact: { domains: ['all'], externalEpgs: 'yes', redirectPolicies: 'yes', roles: ['admin'] } },
  version: { fact: '6.0(9c)' },
  identity: { fact: 'dc1/1/FDO' },
};
const bigip: BigIpFacts = {
  login: { fact: 'sync' },
  version: { fact: '17.1.1' },
  rights: { fact: { partitions: { 'all-partitions': 'manager' } } },
  identity: { fact: 'm-1' },
  standby: undefined,
};
const haproxy: HaproxyFacts = {
  reach: { fact: 'open' },
  level: { fact: 'admin' },
  version: { fact: '2.8.5' },
  identity: { fact: 'edge-1' },
};

function shown(change: Partial<CertificateFacts> = {}, at = '10.0.0.1:6443'): Reading {
  return { at, certificate: { ...shownOne, ...change } };
}

function lost(failure: ReachFailure, at = '10.0.0.1:6443'): Reading {
  return { at, failure, detail: 'why' };
}

function failed<Fact>(code: ProblemCode): Found<Fact> {
  return { problem: problem(code, 'what was said') };
}

function stepOf(report: TestReport, step: TestStep['step']): TestStep {
  assert.ok(testReportSchema.safeParse(report).success);
  const found = report.steps.find((each) => each.step === step);
  assert.ok(found, `no step ${step}`);
  return found;
}

/** What is expected of a step: how it is, what it says and what is to be done. */
function expect(report: TestReport, step: TestStep['step'], [result, detail, next]: Expected): void {
  const found = stepOf(report, step);
  assert.equal(found.result, result, found.detail);
  assert.match(found.detail, detail);
  if (result === 'good' || result === 'skipped') assert.equal(found.next, '');
  else assert.match(found.next, next ?? /\w/);
  if (result === 'bad') assert.equal(report.good, false);
}

type Expected = readonly [result: TestStep['result'], detail: RegExp, next?: RegExp];

const clusterOf = (facts: Partial<ClusterFacts>, at: Case = of): TestReport =>
  clusterReport({ readings: [shown()], facts: { ...cluster, ...facts } }, at);

describe('a report of a test', () => {
  it('is good where every step is, and tells identity, version and ranges', () => {
    const report = clusterOf({});

    assert.deepEqual(
      report.steps.map(({ step, result }) => `${step} ${result}`),
      ['reach good', 'certificate good', 'signIn good', 'version good', 'permission good', 'identity good'],
    );
    assert.deepEqual([report.good, report.identity, report.version], [true, 'u-1', 'v1.31.4']);
    assert.deepEqual(report.ranges, { pods: ['10.244.0.0/16'], nodes: ['10.1.0.0/24'] });
  });

  const reached: readonly (readonly [ReachFailure, RegExp, RegExp])[] = [
    ['name', /leads nowhere/, /DNS/],
    ['refused', /nothing listens/, /port/],
    ['noRoute', /no way/, /routes/],
    ['silent', /no connection/, /firewall/],
    ['noAnswer', /says nothing/, /port/],
    ['ended', /ends the connection/, /firewall/],
    ['http', /HTTP without TLS/, /HTTPS.*proxy/],
    ['notTls', /does not speak TLS/, /port/],
    ['tls', /cannot agree/, /TLS 1\.2/],
  ];
  for (const [failure, detail, next] of reached)
    it(`says what to do where nothing can be reached: ${failure}`, () => {
      const report = clusterReport({ readings: [lost(failure)], facts: undefined }, of);

      expect(report, 'reach', ['bad', detail, next]);
      expect(report, 'certificate', ['skipped', /Nothing/]);
      expect(report, 'signIn', ['skipped', /Nothing answers/]);
      assert.equal(report.certificate, null);
    });

  it('warns where some of the controllers cannot be reached', () => {
    const readings = [shown({}, 'apic1:443'), lost('refused', 'apic2:443')];

    expect(fabricReport({ readings, facts: fabric }, of), 'reach', [
      'warning',
      /apic1:443 answers; apic2:443: nothing/,
    ]);
  });

  const certificates: readonly (readonly [string, Partial<CertificateFacts>, Partial<Case>, Expected])[] = [
    ['trusted by the CA given', {}, {}, ['good', /by the CA given/]],
    ['trusted by the machine', {}, { trust: 'system' }, ['good', /this machine knows/]],
    ['pinned', {}, { trust: 'pin' }, ['good', /the pinned one/]],
    ['about to expire', { validTo: now + 3 * day }, {}, ['warning', /expires on 2026-06-04/, /renewed/]],
    [
      'expired',
      { validTo: now - day, refusal: 'CERT_HAS_EXPIRED' },
      {},
      ['bad', /expired on 2026-05-31/, /renewed/],
    ],
    [
      'expired and pinned',
      { validTo: now - day, refusal: 'CERT_HAS_EXPIRED' },
      { trust: 'pin' },
      ['bad', /expired/, /renewed/],
    ],
    [
      'not valid yet',
      { validFrom: now + day, refusal: 'CERT_NOT_YET_VALID' },
      {},
      ['bad', /not valid before 2026-06-02/, /clocks/],
    ],
    [
      'for another name',
      { refusal: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      {},
      ['bad', /for api\.example and 10\.0\.0\.1, not for 10\.0\.0\.1/, /by a name.*pin/],
    ],
    [
      'of another CA',
      { refusal: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' },
      {},
      ['bad', /CA given did not sign.*CN=Root/, /CA.*pin/],
    ],
    [
      'of an unknown CA',
      { refusal: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' },
      { trust: 'system' },
      ['bad', /CN=Root signed it/, /CA.*pin/],
    ],
    [
      'self-signed',
      { refusal: 'DEPTH_ZERO_SELF_SIGNED_CERT', selfSigned: true },
      { trust: 'system' },
      ['bad', /signed itself/, /fingerprint.*pin/],
    ],
    [
      'not the pinned one',
      { refusal: 'ERR_PIN_MISMATCH' },
      { trust: 'pin' },
      ['bad', /not the pinned one/, /renewed.*something else/],
    ],
  ];
  for (const [what, change, at, expected] of certificates)
    it(`says of a certificate that it is ${what}`, () => {
      const readings = [shown(change)];

      const report = clusterReport(
        { readings, facts: mayGoOn(readings) ? cluster : undefined },
        { ...of, ...at },
      );

      expect(report, 'certificate', expected);
      assert.equal(report.certificate?.trusted, change.refusal === undefined);
      if (expected[0] === 'bad') expect(report, 'signIn', ['skipped', /before the certificate is trusted/]);
    });

  it('sends no secret where one of several certificates is not trusted, and shows that one', () => {
    const readings = [shown({}, 'apic1:443'), shown({ refusal: 'X', fingerprint: 'EE' }, 'apic2:443')];

    assert.equal(mayGoOn(readings), false);
    assert.equal(fabricReport({ readings, facts: undefined }, of).certificate?.fingerprint, 'EE');
  });

  const clusters: readonly (readonly [string, Partial<ClusterFacts>, TestStep['step'], Expected])[] = [
    [
      'an expired token',
      { user: failed('cluster.unauthorized') },
      'signIn',
      ['bad', /does not take these/, /expired.*manifest/],
    ],
    [
      'a token that makes nobody of us',
      { user: { fact: 'system:anonymous' } },
      'signIn',
      ['bad', /for anybody/],
    ],
    [
      'a release that does not say who we are',
      { user: { fact: undefined } },
      'signIn',
      ['good', /are taken/],
    ],
    [
      'an old release that refuses the token',
      { user: { fact: undefined }, missing: failed('cluster.unauthorized') },
      'signIn',
      ['bad', /does not take these/],
    ],
    ['an answer that is none', { user: failed('cluster.error') }, 'signIn', ['bad', /what was said/]],
    ['an old version', { version: { fact: 'v1.19.3' } }, 'version', ['warning', /older than 1\.21/]],
    ['a version of tomorrow', { version: { fact: 'v1.99.0' } }, 'version', ['warning', /newer than/]],
    ['a version that is none', { version: { fact: 'main' } }, 'version', ['warning', /says nothing/]],
    ['no version', { version: failed('cluster.incomplete') }, 'version', ['bad', /what was said/]],
    [
      'kinds that may not be followed',
      {
        missing: {
          fact: [
            { verb: 'list', resource: 'pods' },
            { verb: 'watch', resource: 'pods' },
            { verb: 'list', resource: 'nodes' },
            { verb: 'get', resource: 'nodes' },
          ],
        },
      },
      'permission',
      ['bad', /^Not allowed: list and watch pods; list nodes$/, /manifest/],
    ],
    [
      'objects that may not be asked for',
      { missing: { fact: [{ verb: 'get', resource: 'jobs.batch' }] } },
      'permission',
      ['warning', /get jobs\.batch/, /manifest/],
    ],
  ];
  for (const [what, facts, step, expected] of clusters)
    it(`says of a cluster: ${what}`, () => {
      expect(clusterOf(facts), step, expected);
    });

  it('says where the same one is declared twice, and where it is another than was confirmed', () => {
    const twin = clusterOf({}, { ...of, identities: new Map([['prod-b', 'u-1']]) });
    const other = clusterOf({}, { ...of, identities: new Map([['prod-a', 'u-2']]) });
    const same = clusterOf({}, { ...of, identities: new Map([['prod-a', 'u-1']]) });

    expect(twin, 'identity', ['bad', /declared already as prod-b/]);
    expect(other, 'identity', ['bad', /confirmed under this name was u-2/, /confirm/]);
    expect(same, 'identity', ['good', /u-1/]);
  });

  const rights = { domains: ['all'], roles: ['x'] };
  const fabrics: readonly (readonly [string, Partial<FabricFacts>, TestStep['step'], Expected])[] = [
    ['a wrong password', { login: failed('fabric.unauthorized') }, 'signIn', ['bad', /refuses the login/]],
    ['an old release', { version: { fact: '3.2(1m)' } }, 'version', ['warning', /older/]],
    [
      'a user that only reads',
      { login: { fact: { ...rights, externalEpgs: 'no', redirectPolicies: 'no' } } },
      'permission',
      ['bad', /only read/, /tenant-ext-connectivity/],
    ],
    [
      'a user that writes one of both',
      { login: { fact: { ...rights, externalEpgs: 'yes', redirectPolicies: 'no' } } },
      'permission',
      ['warning', /external EPGs, not redirect policies/],
    ],
    [
      'roles of its own',
      { login: { fact: { ...rights, externalEpgs: 'yes', redirectPolicies: 'unknown' } } },
      'permission',
      ['warning', /redirect policies does not show/],
    ],
    [
      'a user of some domains',
      { login: { fact: { ...rights, domains: ['shop'], externalEpgs: 'yes', redirectPolicies: 'yes' } } },
      'permission',
      ['warning', /domains shop/],
    ],
  ];
  for (const [what, facts, step, expected] of fabrics)
    it(`says of a fabric: ${what}`, () => {
      expect(fabricReport({ readings: [shown()], facts: { ...fabric, ...facts } }, of), step, expected);
    });

  const devices: readonly (readonly [string, Partial<BigIpFacts>, TestStep['step'], Expected])[] = [
    ['nothing wrong', {}, 'permission', ['good', /manager in all-partitions/]],
    [
      'a wrong password',
      { login: failed('loadBalancer.unauthorized') },
      'signIn',
      ['bad', /refuses the login/],
    ],
    [
      'a guest',
      { rights: { fact: { partitions: { k8s: 'guest' } } } },
      'permission',
      ['bad', /guest in k8s/, /Manager/],
    ],
    [
      'a role that is not told',
      { rights: { fact: { partitions: undefined } } },
      'permission',
      ['warning', /does not say/],
    ],
    [
      'a unit on standby',
      { standby: problem('loadBalancer.standby', 'b is standby') },
      'identity',
      ['bad', /not the active/],
    ],
  ];
  for (const [what, facts, step, expected] of devices)
    it(`says of a BIG-IP: ${what}`, () => {
      expect(bigIpReport({ readings: [shown()], facts: { ...bigip, ...facts } }, of), step, expected);
    });

  const proxies: readonly (readonly [string, Partial<HaproxyFacts>, TestStep['step'], Expected])[] = [
    ['nothing wrong', {}, 'permission', ['good', /admin/]],
    [
      'a socket that does not answer',
      { reach: failed('loadBalancer.unreachable') },
      'reach',
      ['bad', /does not answer/],
    ],
    [
      'a socket that only reads',
      { level: { fact: 'operator' } },
      'permission',
      ['bad', /level operator/, /level admin/],
    ],
    ['an old version', { version: { fact: '2.2.9' } }, 'version', ['warning', /older/]],
  ];
  for (const [what, facts, step, expected] of proxies)
    it(`says of a HAProxy: ${what}`, () => {
      expect(haproxyReport({ ...haproxy, ...facts }, of), step, expected);
    });

  it('knows where clouds tell machines their secrets, however it is written', () => {
    const forbidden = [
      '169.254.169.254',
      '169.254.0.1',
      '::ffff:169.254.169.254',
      'fd00:ec2::254',
      'fe80::1%eth0',
    ];
    const allowed = ['10.0.0.1', 'fd00:ec2::253', '169.253.1.1', 'localhost', ''];

    assert.deepEqual(forbidden.filter(isForbidden), forbidden);
    assert.deepEqual(allowed.filter(isForbidden), []);
  });
});
