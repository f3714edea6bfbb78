import { sabotages, type Sabotage } from './sabotages.ts';
import { secretSabotages } from './secret-sabotages.ts';
import { storageSabotages } from './storage-sabotages.ts';
import { trafficSabotages } from './traffic-sabotages.ts';

export const everySabotage: readonly Sabotage[] = [
  ...sabotages,
  ...trafficSabotages,
  ...secretSabotages,
  ...storageSabotages,
];

export function nameOf({ law, breaks }: Sabotage): string {
  return `${typeof law === 'number' ? `law ${law}` : law}: ${breaks}`;
}
