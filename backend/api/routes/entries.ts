/** The entries of the document, one by one: clusters, fabrics, load balancers, mappings; and its settings. */
import { doneSchema } from '../contract/acts.ts';
import { entrySchema, writtenEntrySchema, writtenSchema } from '../contract/configuration.ts';
import type { Collection } from '../contract/configuration.ts';
import type { Configuration } from '../ports.ts';
import { jsonRoute } from '../route.ts';
import type { Route } from '../route.ts';
import { writeErrors } from './configuration.ts';
import { nameParameter } from './fields.ts';

interface Entries {
  readonly collection: Collection;
  readonly path: string;
  /** One of them, in words. */
  readonly one: string;
}

const all: readonly Entries[] = [
  { collection: 'clusters', path: '/api/v1/clusters/:name', one: 'cluster' },
  { collection: 'fabrics', path: '/api/v1/fabrics/:name', one: 'fabric' },
  { collection: 'loadBalancers', path: '/api/v1/load-balancers/:name', one: 'load balancer' },
  { collection: 'mappings', path: '/api/v1/mappings/:name', one: 'mapping' },
];

const entry = { name: 'Entry', schema: entrySchema };

export function entryRoutes(configuration: Configuration): readonly Route[] {
  return [
    ...all.flatMap((entries) => [
      read(configuration, entries),
      write(configuration, entries),
      remove(configuration, entries),
    ]),
    ...settingsRoutes(configuration),
  ];
}

function read(configuration: Configuration, { collection, path, one }: Entries): Route {
  return jsonRoute({
    method: 'GET',
    path,
    role: 'viewer',
    summary: `A ${one} as it is declared`,
    params: nameParameter,
    response: entry,
    tagged: true,
    errors: ['request.not-found'],
    handle({ params }) {
      const body = configuration.entry(collection, params.name);
      return { body, tag: body.tag };
    },
  });
}

function write(configuration: Configuration, { collection, path, one }: Entries): Route {
  return jsonRoute({
    method: 'PUT',
    path,
    role: 'admin',
    summary: `Declare a ${one}, or change it; another name inside renames it`,
    params: nameParameter,
    body: { name: 'WrittenEntry', schema: writtenEntrySchema },
    response: entry,
    tagged: true,
    conditional: true,
    errors: [...writeErrors, 'request.not-found'],
    act: {
      verb: `save ${one}`,
      object: ({ params }) => params.name,
      detail: ({ params, body }) => (body.name === params.name ? '' : `renamed to ${body.name.slice(0, 64)}`),
    },
    async handle({ params: { name }, body: written, condition, person }) {
      const body = await configuration.put(collection, written, { name, condition, by: person });
      return { body, tag: body.tag };
    },
  });
}

function remove(configuration: Configuration, { collection, path, one }: Entries): Route {
  return jsonRoute({
    method: 'DELETE',
    path,
    role: 'admin',
    summary: `Take a ${one} out of the configuration`,
    params: nameParameter,
    response: { name: 'Done', schema: doneSchema },
    conditional: true,
    errors: [...writeErrors, 'request.not-found'],
    act: { verb: `remove ${one}`, object: ({ params }) => params.name },
    async handle({ params: { name }, condition, person }) {
      await configuration.remove(collection, { name, condition, by: person });
      return { body: { done: `${one} ${name} is not declared any more` } };
    },
  });
}

function settingsRoutes(configuration: Configuration): Route[] {
  const path = '/api/v1/settings';
  return [
    jsonRoute({
      method: 'GET',
      path,
      role: 'viewer',
      summary: 'The settings as they are declared',
      response: entry,
      tagged: true,
      handle() {
        const body = configuration.settings();
        return { body, tag: body.tag };
      },
    }),
    jsonRoute({
      method: 'PUT',
      path,
      role: 'admin',
      summary: 'Change the settings',
      body: { name: 'Written', schema: writtenSchema },
      response: entry,
      tagged: true,
      conditional: true,
      errors: writeErrors,
      act: { verb: 'save settings' },
      async handle({ body: written, condition, person }) {
        const body = await configuration.putSettings(written, { condition, by: person });
        return { body, tag: body.tag };
      },
    }),
  ];
}
