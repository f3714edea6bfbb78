/** What the routes need: read models, and the ports of what can be done. */
import type { StatusReader } from '../../report/ports.ts';
import type {
  Access,
  Acts,
  AddressReader,
  Audit,
  Configuration,
  HistoryReader,
  Previews,
  Readiness,
  Tests,
} from '../ports.ts';

export interface RoutesOptions {
  readonly version: string;
  readonly status: StatusReader;
  readonly metrics: { render(): Promise<{ readonly type: string; readonly body: string }> };
  readonly ready: () => Readiness;
  readonly access: Access;
  readonly configuration: Configuration;
  readonly acts: Acts;
  readonly previews: Previews;
  readonly tests: Tests;
  readonly history: HistoryReader;
  readonly addresses: AddressReader;
  readonly audit: Audit;
}
