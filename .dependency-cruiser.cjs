/**
 * Who may import whom. Every part has an allow-list: what is not on it is refused, so a new kind of import is a
 * decision that shows up in this file. `docs/architecture.md` has the same rules as a drawing;
 * test/architecture/import-rules.test.ts shows each rule refusing something.
 *
 * Unit tests stand beside their sources, as `x.test.ts`; what several of them share is `x.fixture.ts`, a folder `testing/`,
 * or test/support. They may also import the lab; nothing else imports them.
 */
const ours = '^(app|backend|bench|lab|packaging|test|ui)/';
const tests = ['\\.(test|fixture)\\.tsx?$', '/testing/', '^test/'];

/** `from` may import of our own files only what `to` names. */
function mayImport(name, from, to, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: from, pathNot: tests },
    to: { path: ours, pathNot: to },
  };
}

/** Only `from` may import the library or built-in `to`. */
function only(name, from, to, comment) {
  return {
    name,
    comment,
    severity: 'error',
    from: { path: ours, pathNot: [...from, ...tests] },
    to: { path: to },
  };
}

/** Matches a built-in or npm package, however the resolver names it. */
const library = (name) => `^(node:)?${name}$|(^|/)node_modules/${name}/`;
const model = '^backend/model/';

module.exports = {
  forbidden: [
    // The stages, in the order of the data flow.
    mayImport(
      'model-imports-nothing-of-ours',
      model,
      [model],
      'The vocabulary stands on its own; whatever it needs comes in as an argument.',
    ),
    mayImport(
      'observe-imports',
      '^backend/observe/',
      [model, '^backend/observe/'],
      'observe knows the model and itself; sources implement its ports.',
    ),
    mayImport(
      'desire-imports',
      '^backend/desire/',
      [model, '^backend/desire/', '^backend/(observe|plan)/ports\\.ts$'],
      'desire is a pure function of snapshots and mappings.',
    ),
    mayImport(
      'plan-imports',
      '^backend/plan/',
      [model, '^backend/plan/', '^backend/(desire|apply)/ports\\.ts$'],
      'plan is pure in desired, actual, ledger and now; what it reads is declared in its own ports.',
    ),
    mayImport(
      'apply-imports',
      '^backend/apply/',
      [model, '^backend/apply/', '^backend/(plan|report)/ports\\.ts$'],
      'apply is handed changes, not the stages that made them.',
    ),
    mayImport(
      'report-imports',
      '^backend/report/',
      [model, '^backend/report/', '^backend/apply/ports\\.ts$', '^backend/api/contract/'],
      'report reads what happened, in the models of the contract; it never reaches into a stage.',
    ),
    mayImport(
      'reconcile-imports',
      '^backend/reconcile/',
      [
        model,
        '^backend/reconcile/',
        '^backend/(observe|desire|plan|apply|report|store)/ports\\.ts$',
        '^backend/apply/(apply-changes|decorators)\\.ts$',
      ],
      'The loop runs the stages by their ports; of apply it calls the one function that sends a plan.',
    ),
    {
      name: 'pure-stages-have-no-io',
      comment: 'model, desire and plan compute; a library or built-in there needs a reason, written here.',
      severity: 'error',
      from: {
        path: '^backend/(model|desire|plan)/',
        pathNot: [...tests, '^backend/model/(ip|digest)\\.ts$'],
      },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'] },
    },
    only(
      'one-home-for-addresses',
      ['^backend/model/ip\\.ts$', '^lab/', '^test/'],
      `${library('ipaddr\\.js')}|${library('cidr-tools')}`,
      'Addresses are parsed and compared in model/ip.ts and nowhere else. The lab has its own: it must not share code with what it checks.',
    ),
    {
      name: 'model-libraries',
      comment: 'model/ip.ts stands on ipaddr.js, cidr-tools and node:net; model/digest.ts on node:crypto.',
      severity: 'error',
      from: { path: '^backend/model/(ip|digest)\\.ts$' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg'],
        pathNot: [library('ipaddr\\.js'), library('cidr-tools'), library('net'), library('crypto')],
      },
    },

    // The edges.
    mayImport(
      'adapters-import-model-and-ports',
      '^backend/adapters/([^/]+)/',
      [model, '^backend/[^/]+/ports\\.ts$', '^backend/adapters/(http|system)/', '^backend/adapters/$1/'],
      'An adapter knows the model, the ports it implements, adapters/http and adapters/system; never another adapter.',
    ),
    mayImport(
      'store-imports-model-and-ports',
      '^backend/store/',
      [model, '^backend/[^/]+/ports\\.ts$', '^backend/api/contract/', '^backend/store/'],
      'The store implements ports, whose models are those of the contract.',
    ),
    mayImport(
      'access-imports-model-and-ports',
      '^backend/access/',
      [model, '^backend/api/ports\\.ts$', '^backend/api/contract/', '^backend/access/'],
      'Who may do what is decided apart from what is done, and from how requests arrive.',
    ),
    mayImport(
      'preflight-imports',
      '^backend/preflight/',
      [model, '^backend/preflight/', '^backend/api/contract/'],
      'What facts mean is said without asking anybody; adapters find the facts.',
    ),
    mayImport(
      'api-imports',
      '^backend/api/(?!contract/)',
      [model, '^backend/api/', '^backend/(report|reconcile|store)/ports\\.ts$'],
      'The API serves read models; it never reaches a stage or an adapter.',
    ),
    {
      name: 'contract-imports-zod-only',
      comment: 'The contract is shared with the page: anything else in it would travel to the browser.',
      severity: 'error',
      from: { path: '^backend/api/contract/', pathNot: tests },
      to: { pathNot: ['^backend/api/contract/', library('zod')] },
    },
    mayImport(
      'ui-imports-the-contract',
      '^ui/',
      ['^ui/', '^backend/api/contract/'],
      'The page knows the server only by the contract.',
    ),
    {
      name: 'ui-imports-types-of-the-contract',
      comment: '`import type` only: schemas stay on the server.',
      severity: 'error',
      from: { path: '^ui/', pathNot: tests },
      to: { path: '^backend/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-compose-knows-adapters',
      comment:
        'app/compose.ts, app/outside.ts and app/people.ts make what the document declares; app/inspect.ts asks systems that are not declared yet. Types may be named by those who provide what an adapter asks for: a way to sign in, a memory of certificates.',
      severity: 'error',
      from: {
        path: ours,
        pathNot: ['^app/(compose|outside|people|inspect)\\.ts$', '^backend/adapters/', ...tests],
      },
      to: { path: '^backend/adapters/', dependencyTypesNot: ['type-only'] },
    },
    mayImport(
      'backend-imports-backend',
      '^backend/',
      ['^backend/'],
      'The process (app), the page, the lab and the tools use the backend; it knows none of them.',
    ),
    mayImport(
      'app-imports',
      '^app/',
      ['^app/', '^backend/', '^lab/', '^ui/bundle\\.ts$'],
      'The process knows the product and the lab; no tools, no tests.',
    ),

    // What checks the product shares no code with it.
    mayImport(
      'verify-imports-verify',
      '^packaging/verify/',
      ['^packaging/verify/'],
      'The validator says independently what a right package is; it knows nothing of how ours is made.',
    ),
    {
      name: 'lab-imports-lab',
      comment:
        'Simulators check the product: one misunderstanding must not be in both. Their unit tests neither.',
      severity: 'error',
      from: { path: '^lab/' },
      to: { path: ours, pathNot: ['^lab/', '^test/support/'] },
    },
    {
      name: 'oracle-imports-oracle',
      comment: 'The oracle says independently what a mapping means.',
      severity: 'error',
      from: { path: '^test/oracle/' },
      to: { path: ours, pathNot: ['^test/(oracle|support)/'] },
    },
    {
      name: 'nothing-imports-a-test',
      comment: 'Product code never depends on tests; tests share code by test/support and lab.',
      severity: 'error',
      from: { path: ours, pathNot: [...tests, '^bench/'] },
      to: { path: tests },
    },

    // Of every file.
    {
      name: 'no-cycles',
      comment:
        'Types included: two files that need each other are one idea, or the idea between them is missing.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that imports nothing and that nothing imports.',
      severity: 'error',
      from: { orphan: true, path: ours, pathNot: ['\\.d\\.ts$', '\\.test\\.tsx?$'] },
      to: {},
    },
    {
      name: 'no-unresolvable',
      comment: 'A path that leads nowhere, or a package that is not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'Packages come from package.json; those for development do not reach the product.',
      severity: 'error',
      from: { path: '^(app|backend)/', pathNot: tests },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|data|\\.lab)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.tsx', '.js', '.cjs', '.mjs', '.json'],
    },
  },
};
