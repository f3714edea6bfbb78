import assert from 'node:assert/strict';
import { createAuthority } from '../../../lab/authority.ts';
import {
  add,
  alice,
  cluster,
  fabric,
  faultsFrom,
  onWhole,
  openScene,
  save,
  type Scene,
} from './testing/scene.ts';

const hunter2 = 'hunter2-of-the-fabric';
const password = ({ configuration }: Scene, name = 'dc1'): string =>
  (configuration.entry('fabrics', name).entry as { credentials: { password: string } }).credentials.password;

async function openSceneWithSecret(): Promise<Scene> {
  const scene = await openScene();
  await add(scene, 'fabrics', fabric('dc1', { secret: hunter2 }));
  return scene;
}

describe('a version that is restored', () => {
  it('has its secrets back, also after a restart and a new key', async () => {
    const scene = await openSceneWithSecret();
    await save(scene, 'fabrics', fabric('dc1', { secret: 'another' }));
    const { tag } = scene.configuration.entry('fabrics', 'dc1');
    await scene.configuration.remove('fabrics', { name: 'dc1', condition: { tag }, by: alice });
    await scene.configuration.rotateKey(alice);
    const again = await scene.reopened();

    const read: string[] = [];
    for (const revision of [1, 2]) {
      await again.configuration.restore(revision, onWhole(again));
      read.push(again.configuration.secrets.read(password(again)));
    }

    assert.deepEqual(read, [hunter2, 'another']);
    assert.equal(again.configuration.current().problem, null);
  });

  it('keeps the present secret where its own is gone, as long as it leads where that did', async () => {
    const scene = await openScene();
    await add(scene, 'fabrics', fabric('dc1'));
    const foreign = scene.configuration.exported().replace('env:PASSWORD', 'secret:of-elsewhere');
    const elsewhere = foreign.replace('username: admin', 'username: somebody');
    await scene.configuration.replace(elsewhere, onWhole(scene));
    await scene.configuration.replace(foreign, onWhole(scene));
    await save(scene, 'fabrics', fabric('dc1', { secret: hunter2 }));
    const present = password(scene);

    await scene.configuration.restore(3, onWhole(scene));
    const kept = password(scene);
    await scene.configuration.restore(2, onWhole(scene));

    assert.deepEqual([kept, password(scene)], [present, 'secret:of-elsewhere']);
  });
});

const theSame = 'the secret itself, or the reference that the saved entry of this name has here';
const changed = 'the secret itself, entered again: where it would be sent has changed';

describe('a stored secret', () => {
  const other = (name: string): Record<string, unknown> => ({
    ...fabric(name),
    controllers: ['https://127.0.0.1:6666'],
  });

  it('is not lent to another entry, nor to another place of its own', async () => {
    const scene = await openSceneWithSecret();
    const reference = password(scene);
    await add(scene, 'fabrics', fabric('dc2'));
    const faults = [
      await faultsFrom(add(scene, 'fabrics', fabric('dc3', reference))),
      await faultsFrom(save(scene, 'fabrics', fabric('dc2', reference))),
      await faultsFrom(add(scene, 'clusters', cluster('prod-a', reference))),
      await faultsFrom(save(scene, 'fabrics', { ...fabric('dc1', reference), ca: reference })),
    ];

    const at = (path: string, expected: string): string =>
      `${path}: found ${reference}, expected ${expected}`;
    assert.deepEqual(faults, [
      [at('credentials.password', theSame)],
      [at('credentials.password', theSame)],
      [at('credentials.token', theSame)],
      [at('ca', theSame), at('credentials.password', changed)],
    ]);
  });

  it('is not sent to where else its entry is changed to lead', async () => {
    const scene = await openSceneWithSecret();
    const { caPem } = await createAuthority();
    const kept = fabric('dc1', password(scene));
    const credentials = { username: 'root', password: password(scene) };
    const changes = [
      { ...kept, controllers: ['https://127.0.0.1:6666'] },
      { ...kept, controllers: ['https://127.0.0.1:8443', 'https://127.0.0.1:6666'] },
      { ...kept, ca: caPem },
      { ...kept, pin: caPem },
      { ...kept, ca: { secret: caPem } },
      { ...kept, credentials },
      { ...kept, name: 'dc2', credentials },
    ];

    for (const entry of changes)
      assert.deepEqual(await faultsFrom(save(scene, 'fabrics', entry, 'dc1')), [
        `credentials.password: found ${password(scene)}, expected ${changed}`,
      ]);

    await save(scene, 'fabrics', {
      ...kept,
      controllers: ['https://127.0.0.1:6666'],
      credentials: { username: 'root', password: { secret: 'again' } },
    });
    assert.equal(scene.configuration.secrets.read(password(scene)), 'again');
  });

  it('stays where an entry leads to fewer of the same, or is changed otherwise', async () => {
    const scene = await openScene();
    const two = ['https://127.0.0.1:8443', 'https://127.0.0.1:8444'];
    await add(scene, 'fabrics', { ...fabric('dc1', { secret: hunter2 }), controllers: two });

    await save(scene, 'fabrics', { ...fabric('dc1', password(scene)), resync: '5m' });

    assert.equal(scene.configuration.secrets.read(password(scene)), hunter2);
  });

  it('of a cluster or a BIG-IP is bound to its address alike', async () => {
    const scene = await openScene();
    const f5 = { kind: 'bigip', name: 'f5', address: 'https://127.0.0.1:9443' };
    const stored = await add(scene, 'clusters', cluster('prod-a', { secret: hunter2 }));
    const box = await add(scene, 'loadBalancers', {
      ...f5,
      credentials: { username: 'admin', password: { secret: hunter2 } },
    });

    const faults = [
      await faultsFrom(save(scene, 'clusters', { ...stored.entry, server: 'https://127.0.0.1:6666' })),
      await faultsFrom(save(scene, 'loadBalancers', { ...box.entry, address: 'https://127.0.0.1:6666' })),
    ];

    assert.ok(faults.every((lines) => lines.length === 1 && lines[0]?.endsWith(changed)));
  });

  it('leads to nothing where an import would lend it, and that is told beforehand', async () => {
    const scene = await openSceneWithSecret();
    const stored = password(scene);
    const text = JSON.stringify({
      version: 1,
      fabrics: [
        { ...other('dc1'), credentials: { username: 'admin', password: stored } },
        { ...fabric('dc2', stored) },
      ],
    });

    const { secrets, faults } = scene.configuration.preview(text);
    await scene.configuration.replace(text, onWhole(scene));

    assert.deepEqual(
      [secrets, faults],
      [['fabrics[dc1].credentials.password', 'fabrics[dc2].credentials.password'], []],
    );
    for (const name of ['dc1', 'dc2'])
      assert.throws(() => scene.configuration.secrets.read(password(scene, name)), /not stored here/);
    assert.equal(scene.configuration.current().problem?.code, 'config.key-lost');
    const kept = { ...other('dc1'), credentials: { username: 'admin', password: stored } };
    assert.deepEqual(await faultsFrom(save(scene, 'fabrics', kept)), [
      `credentials.password: found ${stored}, expected ${theSame}`,
    ]);
  });

  it('that stands is kept by an import that names another one for the same', async () => {
    const scene = await openSceneWithSecret();
    const before = password(scene);
    const text = scene.configuration.exported();
    await save(scene, 'fabrics', fabric('dc1', { secret: 'another' }));
    const present = password(scene);

    await scene.configuration.replace(text.replace(before, 'secret:nobody'), onWhole(scene));
    await scene.configuration.replace(`${text}\n`, onWhole(scene));

    assert.equal(password(scene), present);
    assert.equal(scene.configuration.secrets.read(present), 'another');
  });
});
