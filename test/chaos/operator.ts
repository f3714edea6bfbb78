/**
 * A person at the command line: looks at what the product holds, compares it with what the oracle says, approves what is
 * right and leaves what is wrong.
 */
import { container, services } from './config.ts';
import type { EpgWish } from '../oracle/oracle.ts';
import { mustHold, type TrafficWish } from '../oracle/traffic.ts';
import type { World } from './world.ts';

interface PlanText {
  readonly mappings: readonly {
    readonly name: string;
    readonly fingerprint: string | null;
    readonly groups: readonly {
      readonly approvable: boolean;
      readonly changes: readonly {
        readonly type: string;
        readonly key: string;
        readonly item: { readonly kind: string; readonly name: string } | null;
      }[];
    }[];
  }[];
}

/** Goes through the plan once; the sentences say what was approved and what was left. */
export async function reviewPlan(world: World): Promise<string[]> {
  const plan = (await world.product.get('api/v1/plan?limit=100000')) as PlanText;
  const wishes: Wishes = { epgs: world.wishes(), traffic: world.trafficWishes() };
  const done: string[] = [];
  for (const { name, fingerprint, groups } of plan.mappings) {
    if (fingerprint === null) continue;
    const waiting = groups.filter(({ approvable }) => approvable).flatMap(({ changes }) => changes);
    const wrong = waiting.find((change) => !isRight(change, wishes));
    if (wrong !== undefined) {
      done.push(`left ${waiting.length} of ${name}: ${wrong.type} ${wrong.key} ${wrong.item?.name ?? ''}`);
      continue;
    }
    const { output } = await world.product.command('approve', name, fingerprint);
    done.push(`approved ${waiting.length} of ${name}: ${output.trim()}`);
  }
  return done;
}

type ChangeText = PlanText['mappings'][number]['groups'][number]['changes'][number];

interface Wishes {
  readonly epgs: ReadonlyMap<string, EpgWish>;
  readonly traffic: ReadonlyMap<string, TrafficWish>;
}

/** The oracle agrees: what goes is wanted by nobody there. */
function isRight(change: ChangeText, { epgs, traffic }: Wishes): boolean {
  const [, kind = '', name = ''] = change.key.split('|');
  const own = name.slice(name.indexOf('/') + 1);
  if (kind === 'externalEpg')
    return isRightOfEpg(change, epgs.get(`${container}/instP-${own.split('/').at(-1) ?? ''}`));
  if (kind === 'pool') return isRightOfTraffic(change, traffic.get(`/${name}`));
  return kind === 'redirectPolicy'
    ? isRightOfTraffic(change, traffic.get(`${services}/svcRedirectPol-${own}`))
    : true;
}

function isRightOfEpg({ type, item }: ChangeText, wish: EpgWish | undefined): boolean {
  if (type === 'removeItem') return item?.kind !== 'subnet' || wish?.prefixes.has(item.name) !== true;
  if (type === 'deleteObject') return wish === undefined || wish.prefixes.size === 0;
  return true;
}

function isRightOfTraffic({ type, item }: ChangeText, wish: TrafficWish | undefined): boolean {
  if (wish === undefined) return true;
  if (type === 'deleteObject') return wish.items.size === 0;
  if (type !== 'removeItem' || item === null) return true;
  const name = item.kind === 'member' ? item.name.replace(/^\[?(.*?)\]?:(\d+)$/, '$1 $2') : item.name;
  return !mustHold(wish).includes(name);
}
