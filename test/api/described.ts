/** The API as its own description tells it: what can be asked, how, and which problems each may answer with. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly pattern?: string;
}

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly { readonly name: string; readonly schema: JsonSchema }[];
  readonly body: JsonSchema | undefined;
  readonly conditional: boolean;
  readonly codes: ReadonlySet<string>;
  /** Statuses with which it answers what it is for. */
  readonly good: ReadonlySet<number>;
}

export interface DescribedApi {
  readonly operations: readonly Operation[];
  resolve(schema: JsonSchema): JsonSchema;
}

interface WrittenOperation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema; readonly examples?: object }>>;

interface Written {
  readonly paths: Readonly<Record<string, Readonly<Record<string, WrittenOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

export function describedApi(document: unknown): DescribedApi {
  const { paths, components } = document as Written;
  const operations = Object.entries(paths).flatMap(([path, there]) =>
    Object.entries(there).map(([method, written]) => operationOf(path, method.toUpperCase(), written)),
  );
  return {
    operations: operations.filter(({ path }) => path !== '/proxy.json'),
    resolve({ $ref, ...schema }) {
      return $ref === undefined ? schema : (components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
    },
  };
}

function operationOf(path: string, method: string, written: WrittenOperation): Operation {
  const { operationId: id, parameters, requestBody, responses } = written;
  const problems = Object.values(responses).flatMap(({ content }) =>
    Object.keys(content?.['application/problem+json']?.examples ?? {}),
  );
  const good = Object.entries(responses).filter(
    ([status, { content }]) =>
      status === '304' || (content !== undefined && !('application/problem+json' in content)),
  );
  return {
    id,
    method,
    path,
    query: parameters.filter((parameter) => parameter.in === 'query'),
    body: requestBody?.content['application/json']?.schema,
    conditional: parameters.some(({ name }) => name === 'If-Match'),
    codes: new Set(problems),
    good: new Set(good.map(([status]) => Number(status))),
  };
}
