/**
 * What is done to pools themselves.
 *
 *     change         requests
 *     createObject   POST. There already (409): read; ours: as an update; anybody else's: refused
 *     updateObject   PATCH of what differs (a changed mark: read before)
 *     deleteObject   read whose it is now and, in two ways, that nothing is in it; DELETE. Virtual servers that use it are the device's to name
 */
import { ProblemError } from '../../model/problems.ts';
import type { Change } from '../../model/plan.ts';
import { formatMark, type OwnershipMark } from '../../model/ownership-mark.ts';
import type { Attributes } from '../../model/target-object.ts';
import { isAbsence, isThereAlready } from './bigip-error.ts';
import { poolBody } from './bodies.ts';
import { markOf, sameMark, withMark } from './marks.ts';
import { placeOf } from './names.ts';
import { paths } from './paths.ts';
import type { Parts } from './write-parts.ts';

type Create = Extract<Change, { type: 'createObject' }>;
type Update = Extract<Change, { type: 'updateObject' }>;
type Delete = Extract<Change, { type: 'deleteObject' }>;

export class PoolWrites {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async create({ key: { name }, attributes, mark }: Create, signal: AbortSignal): Promise<void> {
    const { send, mirror, upkeep } = this.#parts;
    const body = { ...placeOf(name), ...poolBody(attributes), metadata: withMark(mark) };
    try {
      await send({ method: 'POST', path: paths.pools, body }, signal);
    } catch (thrown) {
      if (!isThereAlready(thrown)) throw thrown;
      await this.#adopt(name, { attributes, mark, refusal: thrown }, signal);
      // What is in it was not known: it was not there.
      await upkeep.readPool(name, signal);
      return;
    }
    mirror.write(name, {
      name,
      mark,
      attributes: { monitor: 'none', loadBalancingMode: 'round-robin', ...attributes },
      items: new Map(),
    });
  }

  async #adopt(
    name: string,
    { attributes, mark, refusal }: { attributes: Attributes; mark: OwnershipMark; refusal: Error },
    signal: AbortSignal,
  ): Promise<void> {
    const { reader, send, mirror } = this.#parts;
    const metadata = await reader.poolMetadata(name, signal);
    if (metadata === undefined || markOf(metadata)?.instance !== mark.instance)
      throw new ProblemError('object.foreign', refusal.message, { cause: refusal });
    const body = { ...poolBody(attributes), metadata: withMark(mark, metadata) };
    await send({ method: 'PATCH', path: paths.pool(name), body }, signal);
    mirror.touch(name);
  }

  async update({ key: { name }, attributes, mark }: Update, signal: AbortSignal): Promise<void> {
    const { mirror, reader, send } = this.#parts;
    const record = mirror.get(name);
    if (record === undefined)
      throw new ProblemError('loadBalancer.unknown-outcome', `pool ${name} is not known`);
    const body: Record<string, unknown> = { ...poolBody(attributes) };
    if (!sameMark(record.mark, mark)) {
      const metadata = await reader.poolMetadata(name, signal);
      if (metadata === undefined)
        throw new ProblemError('loadBalancer.unknown-outcome', `pool ${name} is gone`);
      body['metadata'] = withMark(mark, metadata);
    }
    if (Object.keys(body).length > 0) await send({ method: 'PATCH', path: paths.pool(name), body }, signal);
    mirror.write(name, { ...record, mark, attributes: { ...record.attributes, ...attributes } });
  }

  async delete({ key: { name }, mark }: Delete, signal: AbortSignal): Promise<void> {
    const { mirror, reader, send } = this.#parts;
    const found = await reader.pool(name, mirror.routeDomainOf, { signal, known: 'filled' });
    if (found === undefined) {
      mirror.write(name, undefined);
      return;
    }
    if (!sameMark(found.mark, mark)) {
      const now = found.mark === undefined ? 'no mark' : formatMark(found.mark);
      throw new ProblemError('mark.lost', `pool ${name} carries ${now} now`);
    }
    const members = [...found.items.values()].map(({ path }) => path);
    // A pool is deleted with all that is in it, so that there is nothing must be said in two ways.
    const [held] = members.length > 0 ? members : await reader.expanded(name, signal);
    if (held !== undefined) throw new ProblemError('object.in-use', `pool ${name} holds ${held}`);
    try {
      await send({ method: 'DELETE', path: paths.pool(name) }, signal);
    } catch (thrown) {
      if (!isAbsence(thrown)) throw thrown;
      const left = await reader.poolMetadata(name, signal);
      if (left !== undefined) throw new ProblemError('loadBalancer.unknown-outcome', thrown.text);
    }
    mirror.write(name, undefined);
  }
}
