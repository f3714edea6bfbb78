/**
 * What the process needs of the configuration beside what the API does: the parsed document, its changes, its secrets, its troubles.
 * The same whether the store keeps it (`openConfiguration`) or a file does (`openConfigurationFile`).
 */
import type { Configuration } from '../../api/ports.ts';
import type { Clock } from '../../model/clock.ts';
import type { Document, SecretRef } from '../../model/mapping.ts';
import type { Problem } from '../../model/problems.ts';

export interface LiveConfiguration extends Configuration {
  document(): Document;
  /**
   * Called with each document that takes another's place, after it is on the disk and before the edit's promise resolves; edits
   * wait for one another meanwhile, so a listener makes none.
   */
  onChange(listener: (document: Document) => Promise<void>): void;
  /** What is not well now, most important first: files that were damaged, a disk that refuses, a file with faults, lost keys. */
  problems(): readonly Problem[];
  /** Called when `problems()` may be another list. */
  onProblem(listener: () => void): void;
  readonly secrets: {
    /** The text behind `secret:ID`. Throws `config.key-lost`. Never waits: all are opened beforehand. */
    read(reference: SecretRef): string;
  };
  /** Resolves once edits that were begun are done. */
  close(): Promise<void>;
}

/** Where what a person should know is logged; pino's logger is one. */
export interface ConfigurationLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Surroundings {
  readonly clock: Clock;
  readonly log: ConfigurationLog;
}
