import assert from 'node:assert/strict';
import { decodeProtobuf } from './protobuf.ts';

/** Fields of a message: texts and messages by length, numbers as varints. */
function message(fields: readonly [number, string | number | Buffer][]): Buffer {
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.from([number * 8, value]);
      const bytes = Buffer.from(value as string);
      return Buffer.concat([
        Buffer.from([((number * 8) & 0x7f) | 2 | (number > 15 ? 0x80 : 0)]),
        number > 15 ? Buffer.from([number >> 4]) : Buffer.alloc(0),
        Buffer.from([bytes.length]),
        bytes,
      ]);
    }),
  );
}

function envelope(apiVersion: string, kind: string, object: Buffer): Buffer {
  const type = message([
    [1, apiVersion],
    [2, kind],
  ]);
  return Buffer.concat([
    Buffer.from('k8s\0'),
    message([
      [1, type],
      [2, object],
    ]),
    message([
      [3, ''],
      [4, ''],
    ]),
  ]);
}

describe('the decoder of what kubectl posts', () => {
  it('reads a Deployment as JSON would have it, leaving out what is unset', () => {
    const labels = message([
      [1, 'app'],
      [2, 'cart'],
    ]);
    const container = message([
      [1, 'nginx'],
      [2, 'nginx:1'],
      [5, ''],
      [8, Buffer.alloc(0)],
    ]);
    const template = message([
      [
        1,
        message([
          [1, ''],
          [11, labels],
        ]),
      ],
      [
        2,
        message([
          [2, container],
          [3, ''],
        ]),
      ],
    ]);
    const spec = message([
      [1, 3],
      [2, message([[1, labels]])],
      [3, template],
      [4, Buffer.alloc(0)],
      [5, 0],
      [7, 0],
    ]);
    const metadata = message([
      [1, 'cart'],
      [2, ''],
      [3, 'shop'],
      [7, 0],
      [8, Buffer.alloc(0)],
    ]);

    const object = decodeProtobuf(
      envelope(
        'apps/v1',
        'Deployment',
        message([
          [1, metadata],
          [2, spec],
        ]),
      ),
    );

    assert.deepEqual(object, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'cart' } },
        template: {
          metadata: { labels: { app: 'cart' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx:1' }] },
        },
      },
    });
  });

  it('keeps a zero that says something, and tells numbers from texts', () => {
    const port = message([
      [3, 80],
      [
        4,
        message([
          [1, 1],
          [2, 0],
          [3, 'http'],
        ]),
      ],
    ]);
    const other = message([
      [3, 81],
      [
        4,
        message([
          [1, 0],
          [2, 90],
        ]),
      ],
    ]);

    const service = decodeProtobuf(
      envelope(
        'v1',
        'Service',
        message([
          [
            2,
            message([
              [1, port],
              [1, other],
            ]),
          ],
        ]),
      ),
    );
    const idle = decodeProtobuf(envelope('apps/v1', 'Deployment', message([[2, message([[1, 0]])]])));

    assert.deepEqual(service['spec'], {
      ports: [
        { port: 80, targetPort: 'http' },
        { port: 81, targetPort: 90 },
      ],
    });
    assert.deepEqual(idle['spec'], { replicas: 0 });
  });

  it('refuses what is not a message, cut off, or of a kind without a layout', () => {
    assert.throws(() => decodeProtobuf(Buffer.from('{}')), /does not appear to be a protobuf message/);
    assert.throws(() => decodeProtobuf(Buffer.from('k8s\0\n\x7f')), /unexpected end/);
    assert.throws(() => decodeProtobuf(envelope('v1', 'Widget', Buffer.alloc(0))), /no protobuf layout/);
  });
});
