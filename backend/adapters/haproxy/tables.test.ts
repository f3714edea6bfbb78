import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ProblemError } from '../../model/problems.ts';
import { parseBackends, parseLimits, parseProcess, parseServersConn, parseServersState } from './tables.ts';

/** As HAProxy 2.6 prints it, to the last byte. */
const state =
  '1\n' +
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_port\n' +
  '3 app 1 static1 127.0.0.1 2 0 1 1 7\n' +
  '3 app 70000 aks.7f3a.0123abcd.2001:db8::1:80 2001:db8::1 2 8 3 3 80\n';
const connections =
  '# bkname/svname bkid/svid addr port - purge_delay used_cur used_max need_est unsafe_nb safe_nb idle_lim idle_cur idle_per_thr[2]\n' +
  'app/static1 3/1 127.0.0.1 7 - 5000 4 9 0 0 0 -1 0 0 0\n' +
  'app/x 3/5 2001:db8::1 80 - 0 0 0 0 0 0 0 0\n';
const statistics =
  '# pxname,svname,qcur,scur,smax,slim,stot\n' + 'app,static1,0,0,0,,0\n' + 'app,x,0,0,0,50,0\n';
const facts = 'Name: HAProxy\nVersion: 2.6.12\nPid: 12\nUptime_sec: 3\nnode: edge\nStopping: 0\n';

function isIncomplete(thrown: unknown): boolean {
  return thrown instanceof ProblemError && thrown.problem.code === 'loadBalancer.incomplete';
}

describe('tables of the Runtime API', () => {
  it("know servers' columns by name", () => {
    const rows = parseServersState(state) ?? [];

    assert.deepEqual(
      rows.map((row) => [row('srv_name'), row('srv_addr'), row('srv_port'), row('srv_admin_state')]),
      [
        ['static1', '127.0.0.1', '7', '0'],
        ['aks.7f3a.0123abcd.2001:db8::1:80', '2001:db8::1', '80', '8'],
      ],
    );
    assert.throws(() => rows[0]?.('srv_color'), isIncomplete);
  });

  it('tell a backend without servers from one that is not there', () => {
    assert.deepEqual(parseServersState(`${state.split('\n').slice(0, 2).join('\n')}\n`), []);
    assert.equal(parseServersState("[3]: Can't find backend.\n"), undefined);
  });

  it('never take a cut one for a short one', () => {
    // The last row may lack its line's end without being shorter: it is whole then, and the reply is not.
    fc.assert(
      fc.property(fc.integer({ min: 0, max: state.length - 2 }), (length) => {
        const cut = state.slice(0, length);
        const isWholeLines = cut.endsWith('\n') && cut.split('\n').length > 2;
        if (!isWholeLines) assert.throws(() => parseServersState(cut), isIncomplete);
      }),
    );
  });

  it('count connections in use, and know limits where there are any', () => {
    assert.deepEqual(
      [...parseServersConn(connections)],
      [
        ['app/static1', 4],
        ['app/x', 0],
      ],
    );
    assert.deepEqual(
      [...parseLimits(statistics)],
      [
        ['app/static1', '0'],
        ['app/x', '50'],
      ],
    );
  });

  it('list backends, and know the process', () => {
    assert.deepEqual(parseBackends('# name\napp\nst\n'), ['app', 'st']);
    assert.deepEqual(parseProcess(facts), {
      pid: 12,
      uptimeSeconds: 3,
      isStopping: false,
      node: 'edge',
      version: '2.6.12',
    });
    assert.equal(parseProcess(facts.replace('Stopping: 0', 'Stopping: 1')).isStopping, true);
  });

  it('are refused where they do not begin as they should', () => {
    for (const raw of ['', 'HTTP/1.1 400 Bad Request\n', '[6]: Unknown command, but maybe …\n', '2\n# x\n\n'])
      for (const parse of [parseBackends, parseServersState, parseServersConn, parseLimits, parseProcess])
        assert.throws(() => parse(raw), isIncomplete);
    const forbidden = (thrown: unknown): boolean =>
      thrown instanceof ProblemError && thrown.problem.code === 'loadBalancer.forbidden';
    assert.throws(() => parseLimits('[3]: Permission denied\n'), forbidden);
  });
});
