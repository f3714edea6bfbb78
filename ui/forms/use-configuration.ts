import type { ConfigurationModel } from '../../backend/api/contract/configuration.ts';
import type { App } from '../live/app.ts';
import { useRequest } from '../parts/use-request.ts';
import type { Asked } from '../parts/use-request.ts';

/** What is declared; asked again whenever what runs says that something was added, taken away or let go. */
export function useConfiguration(app: App): Asked<ConfigurationModel> {
  const summary = app.store.summary.value;
  const by = [
    ...(summary?.sources ?? []).map(({ name }) => name),
    ...(summary?.systems ?? []).map(({ name }) => name),
    ...(summary?.mappings ?? []).map(({ name, mode }) => `${name} ${mode}`),
  ].join(',');
  return useRequest(() => app.requests.configuration(), [by]);
}
