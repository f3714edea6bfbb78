import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const bannedGlobals = [
  { name: 'fetch', message: 'Use undici with the long-lived Agent of the peer (adapters/http).' },
];
const bannedSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  {
    selector: "Property[key.name='rejectUnauthorized']",
    message: 'Certificates are verified, by CA or by pin; never switched off.',
  },
];
/** In model, desire and plan, time, randomness and I/O come in as arguments. */
const impure = [
  'Date',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'crypto',
  'fetch',
  'process',
  'performance',
].map((name) => ({ name, message: 'Pure code: take it as an argument (Clock, id).' }));

export default defineConfig(
  { ignores: ['node_modules', 'dist', 'coverage', '**/*.cjs'] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-globals': ['error', ...bannedGlobals],
      'no-restricted-syntax': ['error', ...bannedSyntax],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['backend/model/**', 'backend/desire/**', 'backend/plan/**'],
    ignores: ['**/*.test.ts', 'backend/model/clock.ts'],
    rules: {
      'no-restricted-globals': ['error', ...impure],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random', message: 'Pure code.' }],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    ignores: [
      'app/config/**',
      'test/**',
      'bench/**',
      '**/*.test.ts',
      'lab/**',
      '*.config.ts',
      'packaging/**',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only app/config reads it.' },
      ],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**', 'bench/**'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: [] }],
    },
  },
  { files: ['*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
