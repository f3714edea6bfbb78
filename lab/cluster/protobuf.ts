/**
 * Decodes the protobuf that kubectl posts for kinds it knows itself (create, auth can-i). Answers are always JSON,
 * which every such client accepts as well.
 *
 * Which field numbers mean what is data: protobuf-fields.ts.
 */
import { badRequest } from './errors.ts';
import { messages, type Field, type FieldType } from './protobuf-fields.ts';

const magic = Buffer.from('k8s\0');

interface Reader {
  readonly bytes: Buffer;
  position: number;
}

function varint(reader: Reader): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = reader.bytes[reader.position];
    if (byte === undefined) throw badRequest('unexpected end of a protobuf message');
    reader.position += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
}

function chunk(reader: Reader): Buffer {
  const length = varint(reader);
  const end = reader.position + length;
  if (end > reader.bytes.length) throw badRequest('unexpected end of a protobuf message');
  const bytes = reader.bytes.subarray(reader.position, end);
  reader.position = end;
  return bytes;
}

interface RawField {
  readonly number: number;
  readonly value: number | Buffer;
}

function* rawFields(bytes: Buffer): Generator<RawField> {
  const reader: Reader = { bytes, position: 0 };
  while (reader.position < bytes.length) {
    const tag = varint(reader);
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === 0) yield { number, value: varint(reader) };
    else if (wire === 2) yield { number, value: chunk(reader) };
    else if (wire === 1) reader.position += 8;
    else if (wire === 5) reader.position += 4;
    else throw badRequest(`unknown wire type ${wire} in a protobuf message`);
  }
}

function decodeTime(bytes: Buffer): string | null {
  const [seconds] = [...rawFields(bytes)].filter((field) => field.number === 1);
  if (seconds === undefined) return null;
  return `${new Date(Number(seconds.value) * 1000).toISOString().slice(0, 19)}Z`;
}

/** A number or a text, told apart by its first field. */
function decodeIntOrString(bytes: Buffer): number | string {
  const fields = new Map([...rawFields(bytes)].map(({ number, value }) => [number, value]));
  if (fields.get(1) === 1) return (fields.get(3) ?? '').toString();
  return Number(fields.get(2) ?? 0);
}

function decodeEntry(bytes: Buffer, type: FieldType): [string, unknown] {
  let key = '';
  let value: unknown = '';
  for (const field of rawFields(bytes)) {
    if (field.number === 1) key = field.value.toString();
    else if (field.number === 2) value = decodeValue(field.value, type);
  }
  return [key, value];
}

function decodeValue(value: number | Buffer, type: FieldType): unknown {
  if (typeof value === 'number') return type === 'bool' ? value !== 0 : value;
  switch (type) {
    case 'string':
      return value.toString('utf8');
    case 'bytes':
      return value.toString('base64');
    case 'time':
      return decodeTime(value);
    case 'int-or-string':
      return decodeIntOrString(value);
    case 'quantity':
      return decodeMessage(value, 'Quantity')['string'] ?? '0';
    case 'int':
    case 'bool':
      return undefined;
    default:
      return decodeMessage(value, type);
  }
}

/** Numbers and switches whose zero says something, because JSON has them as pointers. */
const meaningfulZero = new Set([
  'replicas',
  'terminationGracePeriodSeconds',
  'parallelism',
  'completions',
  'backoffLimit',
]);

/** An unset text, number or object is how protobuf of the API machinery writes what JSON leaves out. */
function isUnset(key: string, value: unknown): boolean {
  if (value === 0 || value === false) return !meaningfulZero.has(key);
  if (value === '' || value === null || value === undefined) return true;
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0;
}

type Message = Record<string, unknown>;

function addField(message: Message, field: Field, raw: number | Buffer): void {
  const [key, type, shape] = field;
  if (shape === 'map' && typeof raw !== 'number') {
    const [entry, value] = decodeEntry(raw, type);
    message[key] = { ...(message[key] as Message | undefined), [entry]: value };
    return;
  }
  const value = decodeValue(raw, type);
  if (shape === 'list') message[key] = [...((message[key] as unknown[] | undefined) ?? []), value];
  else if (shape === 'kept' || !isUnset(key, value)) message[key] = value;
}

function decodeMessage(bytes: Buffer, name: string): Message {
  const fields = messages[name];
  if (fields === undefined) throw badRequest(`no protobuf layout is known for ${name}`);
  const message: Message = {};
  for (const { number, value } of rawFields(bytes)) {
    const field = fields[number];
    if (field !== undefined) addField(message, field, value);
  }
  return message;
}

/** Kind and apiVersion, which travel outside the object itself. */
function decodeTypeMeta(bytes: Buffer): { apiVersion: string; kind: string } {
  const texts = new Map([...rawFields(bytes)].map(({ number, value }) => [number, value.toString()]));
  return { apiVersion: texts.get(1) ?? '', kind: texts.get(2) ?? '' };
}

export function decodeProtobuf(bytes: Buffer): Message {
  if (!bytes.subarray(0, 4).equals(magic)) {
    throw badRequest(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const parts = new Map([...rawFields(bytes.subarray(4))].map(({ number, value }) => [number, value]));
  const [typeMeta, raw] = [parts.get(1), parts.get(2)];
  if (!Buffer.isBuffer(typeMeta) || !Buffer.isBuffer(raw))
    throw badRequest('the protobuf message has no object in it');
  const { apiVersion, kind } = decodeTypeMeta(typeMeta);
  return { apiVersion, kind, ...decodeMessage(raw, kind) };
}
