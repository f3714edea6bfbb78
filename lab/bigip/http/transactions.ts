/** Transactions: commands are queued unseen, and applied all together or not at all. */
import type { LabClock } from '../../clock.ts';
import type { Store } from '../config/store.ts';
import { DeviceError, errors } from '../errors.ts';
import type { User } from '../session/users.ts';
import type { Renderer } from './render.ts';
import { json, nothing, type Reply } from './reply.ts';
import { bodyOf, type BigipRequest } from './request.ts';
import { isWrite, write } from './writes.ts';

interface Command {
  readonly id: number;
  readonly request: BigipRequest;
  order: number;
}

interface Transaction {
  readonly id: number;
  readonly commands: Command[];
  nextCommand: number;
}

export interface TransactionParts {
  readonly clock: LabClock;
  readonly store: Store;
  readonly renderer: Renderer;
}

const timeoutSeconds = 120;

export class Transactions {
  readonly #parts: TransactionParts;
  readonly #open = new Map<string, Transaction>();

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  /** Undefined: not about a transaction. */
  answer(request: BigipRequest, user: User): Reply | undefined {
    const [, , area, id, inner, command] = request.segments;
    if (request.segments[1] !== 'tm') return undefined;
    if (area === 'transaction') {
      if (id === undefined) return this.#collection(request);
      const transaction = this.#find(id);
      return inner === undefined
        ? this.#one(request, transaction, user)
        : this.#commands(request, transaction, command);
    }
    const coordination = request.headers['x-f5-rest-coordination-id'];
    if (typeof coordination !== 'string' || !isWrite(request)) return undefined;
    return this.#queue(request, this.#find(coordination));
  }

  /** Those that are open are gone: the device went down. */
  end(): void {
    this.#open.clear();
  }

  #find(id: string): Transaction {
    const transaction = this.#open.get(id);
    if (transaction === undefined) throw errors.noTransaction(id);
    return transaction;
  }

  #collection({ method }: BigipRequest): Reply {
    const { clock, renderer } = this.#parts;
    if (method !== 'POST') {
      const items = [...this.#open.values()].map((transaction) => this.#view(transaction, 'STARTED'));
      return json({ kind: 'tm:transactioncollectionstate', selfLink: renderer.link('transaction'), items });
    }
    let id = Math.floor(clock.now() * 1000);
    while (this.#open.has(String(id))) id += 1;
    const transaction = { id, commands: [], nextCommand: 1 };
    this.#open.set(String(id), transaction);
    clock.after(timeoutSeconds * 1000, () => this.#open.delete(String(id)));
    return json(this.#view(transaction, 'STARTED'));
  }

  #view({ id }: Transaction, state: string, validateOnly = false): Record<string, unknown> {
    return {
      transId: id,
      state,
      timeoutSeconds,
      asyncExecution: false,
      validateOnly,
      executionTimeout: 300,
      executionTime: 0,
      failureReason: '',
      kind: 'tm:transactionstate',
      selfLink: this.#parts.renderer.link(`transaction/${id}`),
    };
  }

  #queue(request: BigipRequest, transaction: Transaction): Reply {
    const id = transaction.nextCommand;
    transaction.nextCommand += 1;
    const command = { id, request, order: id };
    transaction.commands.push(command);
    return json(this.#commandView(transaction, command));
  }

  #commandView(transaction: Transaction, { id, request, order }: Command): Record<string, unknown> {
    return {
      method: request.method,
      uri: `https://localhost${request.url}`,
      body: bodyOf(request),
      evalOrder: order,
      commandId: id,
      kind: 'tm:transaction:commandsstate',
      selfLink: this.#parts.renderer.link(`transaction/${transaction.id}/commands/${id}`),
    };
  }

  #commands(request: BigipRequest, transaction: Transaction, id: string | undefined): Reply {
    const ordered = transaction.commands.toSorted((a, b) => a.order - b.order);
    if (id === undefined) {
      const items = ordered.map((command) => this.#commandView(transaction, command));
      return json({
        kind: 'tm:transaction:commandscollectionstate',
        selfLink: this.#parts.renderer.link(`transaction/${transaction.id}/commands`),
        items,
      });
    }
    const command = transaction.commands.find((one) => String(one.id) === id);
    if (command === undefined) throw errors.notFound('command', id);
    if (request.method === 'DELETE') {
      transaction.commands.splice(transaction.commands.indexOf(command), 1);
      return nothing;
    }
    const { evalOrder } = bodyOf(request);
    if (request.method === 'PATCH' && typeof evalOrder === 'number') move(ordered, command, evalOrder);
    return json(this.#commandView(transaction, command));
  }

  #one(request: BigipRequest, transaction: Transaction, user: User): Reply {
    if (request.method === 'DELETE') {
      this.#open.delete(String(transaction.id));
      return nothing;
    }
    if (request.method !== 'PATCH') return json(this.#view(transaction, 'STARTED'));
    const { state, validateOnly = false } = bodyOf(request);
    if (state !== 'VALIDATING') throw errors.badValue('state', state);
    if (transaction.commands.length === 0) throw errors.nothingToCommit();
    this.#open.delete(String(transaction.id));
    this.#commit(transaction, user, validateOnly === true);
    return json(this.#view(transaction, 'COMPLETED', validateOnly === true));
  }

  #commit({ commands }: Transaction, user: User, validateOnly: boolean): void {
    const ordered = commands.toSorted((a, b) => a.order - b.order);
    try {
      this.#parts.store.commit(
        user.name,
        (draft) => {
          for (const { request } of ordered) write(draft, request, user);
        },
        validateOnly,
      );
    } catch (error) {
      if (error instanceof DeviceError) throw errors.transactionFailed(error.message);
      throw error;
    }
  }
}

/** The others keep their order around it. */
function move(ordered: Command[], command: Command, place: number): void {
  const others = ordered.filter((one) => one !== command);
  others.splice(Math.max(0, place - 1), 0, command);
  for (const [index, one] of others.entries()) one.order = index + 1;
}
