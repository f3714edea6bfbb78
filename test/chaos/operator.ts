/**
 * A person at the command line: looks at what the product holds, compares it with what the oracle says, approves what is
 * right and leaves what is wrong.
 */
import { container } from './config.ts';
import type { EpgWish } from '../oracle/oracle.ts';
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
  const wishes = world.wishes();
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

/** The oracle agrees: what goes is wanted by nobody there. */
function isRight({ type, key, item }: ChangeText, wishes: ReadonlyMap<string, EpgWish>): boolean {
  const name = key.split('/').at(-1) ?? '';
  const wish = wishes.get(`${container}/instP-${name}`);
  if (type === 'removeItem') return item?.kind !== 'subnet' || wish?.prefixes.has(item.name) !== true;
  if (type === 'deleteObject') return wish === undefined || wish.prefixes.size === 0;
  return true;
}
