/** The document as a whole: read, replaced, exported, its versions. */
import { doneSchema } from '../contract/acts.ts';
import {
  configurationSchema,
  exportedSchema,
  importPreviewSchema,
  textRequestSchema,
  versionDetailSchema,
  versionsSchema,
} from '../contract/configuration.ts';
import { ProblemError } from '../../model/problems.ts';
import type { ProblemCode } from '../../model/problems.ts';
import type { Configuration } from '../ports.ts';
import { jsonRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { revisionParameter } from './fields.ts';

const path = '/api/v1/configuration';
const text = { name: 'ConfigurationText', schema: textRequestSchema };
const whole = { name: 'Configuration', schema: configurationSchema };
const largestText = 8 * 1024 * 1024;

/** What writing to the document may answer. */
export const writeErrors = [
  'config.invalid',
  'config.read-only',
  'config.secret',
  'config.key-lost',
  'store.unwritable',
  'store.stalled',
] as const satisfies readonly ProblemCode[];

export function configurationRoutes(configuration: Configuration): readonly Route[] {
  return [...wholeRoutes(configuration), ...versionRoutes(configuration), rotateKey(configuration)];
}

function wholeRoutes(configuration: Configuration): Route[] {
  return [
    jsonRoute({
      method: 'GET',
      path,
      role: 'viewer',
      summary: 'The configuration as it is declared; secrets as references',
      response: whole,
      tagged: true,
      handle() {
        const body = configuration.current();
        return { body, tag: body.tag };
      },
    }),
    jsonRoute({
      method: 'PUT',
      path,
      role: 'admin',
      summary: 'Replace the whole by a document in YAML or JSON',
      body: text,
      largestBody: largestText,
      response: whole,
      tagged: true,
      conditional: true,
      errors: [...writeErrors, 'config.unreadable'],
      act: { verb: 'import configuration' },
      async handle({ body: { text: written }, condition, person }) {
        const body = await configuration.replace(written, { condition, by: person });
        return { body, tag: body.tag };
      },
    }),
    jsonRoute({
      method: 'POST',
      path: `${path}/preview`,
      role: 'admin',
      summary: 'What replacing the whole by this document would change, or why it would be refused',
      body: text,
      largestBody: largestText,
      response: { name: 'ImportPreview', schema: importPreviewSchema },
      errors: ['config.unreadable', 'config.invalid'],
      handle: ({ body }) => ({ body: configuration.preview(body.text) }),
    }),
    jsonRoute({
      method: 'GET',
      path: `${path}/export`,
      role: 'viewer',
      summary: 'The whole as YAML; secrets as references',
      response: { name: 'Exported', schema: exportedSchema },
      handle: () => ({ body: { text: configuration.exported() } }),
    }),
  ];
}

function versionRoutes(configuration: Configuration): Route[] {
  return [
    jsonRoute({
      method: 'GET',
      path: `${path}/versions`,
      role: 'viewer',
      summary: 'The versions that are kept, newest first',
      response: { name: 'Versions', schema: versionsSchema },
      errors: ['store.unreadable'],
      handle: () => ({ body: { versions: configuration.versions() } }),
    }),
    jsonRoute({
      method: 'GET',
      path: `${path}/versions/:revision`,
      role: 'viewer',
      summary: 'What a version says, and how that differs from what is declared now',
      params: revisionParameter,
      response: { name: 'VersionDetail', schema: versionDetailSchema },
      errors: ['request.not-found', 'store.stalled', 'store.unreadable'],
      handle({ params: { revision } }) {
        const detail = configuration.version(revision);
        const version = configuration.versions().find((each) => each.revision === revision);
        if (version === undefined) throw new ProblemError('request.not-found', `no version ${revision}`);
        return { body: { version, ...detail } };
      },
    }),
    jsonRoute({
      method: 'POST',
      path: `${path}/versions/:revision/restore`,
      role: 'admin',
      summary: 'Declare again what a version says',
      params: revisionParameter,
      response: whole,
      tagged: true,
      conditional: true,
      errors: [...writeErrors, 'request.not-found', 'store.unreadable'],
      act: { verb: 'restore configuration', object: ({ params }) => `version ${params.revision}` },
      async handle({ params, condition, person }) {
        const body = await configuration.restore(params.revision, { condition, by: person });
        return { body, tag: body.tag };
      },
    }),
  ];
}

function rotateKey(configuration: Configuration): Route {
  return jsonRoute({
    method: 'POST',
    path: `${path}/rotate-key`,
    role: 'admin',
    summary: 'A new key; every stored secret is sealed with it',
    response: { name: 'Done', schema: doneSchema },
    errors: ['config.read-only', 'config.key-lost', 'store.unwritable', 'store.stalled'],
    act: { verb: 'rotate key' },
    async handle({ person }) {
      await configuration.rotateKey(person);
      return { body: { done: 'every stored secret is sealed with a new key' } };
    },
  });
}
