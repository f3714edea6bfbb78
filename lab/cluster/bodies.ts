/** Reading what clients send: JSON, YAML, or Kubernetes' protobuf as kubectl uses it for its own kinds. */
import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { badRequest, undecodableBody } from './errors.ts';
import { decodeProtobuf } from './protobuf.ts';

export interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

export async function readBody(request: IncomingMessage): Promise<Body> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return { type, bytes: Buffer.concat(pieces) };
}

export function parseJson(bytes: Buffer, kind: string): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const shown = text.length > 120 ? `${text.slice(0, 120)}…` : text;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why} (${shown})`,
    );
  }
}

const known = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/apply-patch+yaml',
];

/** The object in a body; an empty body is undefined. */
export function decodeObject({ type, bytes }: Body, kind: string): unknown {
  if (bytes.length === 0) return undefined;
  switch (type) {
    case '':
    case 'application/json':
    case '*/*':
      return parseJson(bytes, kind);
    case 'application/yaml':
      return parseYamlBody(bytes);
    case 'application/vnd.kubernetes.protobuf':
      return decodeProtobuf(bytes);
    default:
      throw undecodableBody(known);
  }
}

export function parseYamlBody(bytes: Buffer): unknown {
  try {
    return parseYaml(bytes.toString('utf8')) as unknown;
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}
