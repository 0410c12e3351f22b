import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';
import { documentedDoor } from './scripts/lint-rules/documented-door.mjs';
import { unitLast } from './scripts/lint-rules/unit-last.mjs';

const timers = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];
const passedIn =
  'is passed in here (Clock, Scheduler or an option), so that tests and the simulation decide what it is.';

// Flat config replaces a rule's options where two entries match one file, so the entries below
// build their lists from these.
const noProcessEnv = {
  selector: "MemberExpression[object.name='process'] > Identifier.property[name='env']",
  message:
    'Only the configuration and the mains read process.env. Add a setting to broker/src/config/ or modules/config/ and take its value as an option.',
};
const noEnvImport = {
  selector:
    "ImportDeclaration[source.value=/^(node:)?process$/] ImportSpecifier[imported.name='env']",
  message: noProcessEnv.message,
};
// Passing the whole environment on to a child process is not reading a setting.
const noSettingRead = {
  selector:
    ":matches(MemberExpression > MemberExpression.object, VariableDeclarator[id.type='ObjectPattern'] > MemberExpression)[object.name='process'][property.name='env']",
  message: noProcessEnv.message,
};
const noTopLevelLet = {
  selector: ":matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind='let']",
  message: 'A module holds no mutable state. Put it into a class or a closure that main.ts makes.',
};
const noTopLevelStore = {
  selector:
    ':matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator' +
    ' > :matches(NewExpression[callee.name=/^(Map|Set|WeakMap|WeakSet|Array)$/][arguments.length=0],' +
    ' ArrayExpression[elements.length=0], ObjectExpression[properties.length=0])',
  message:
    'An empty collection at file level is going to be filled: mutable state. Put it into a class or a closure that main.ts makes.',
};
const noChance = {
  selector: "MemberExpression[object.name='Math'][property.name='random']",
  message: `Chance ${passedIn}`,
};
const noClock = {
  selector:
    ":matches(MemberExpression[object.name='Date'][property.name='now'], NewExpression[callee.name='Date'][arguments.length=0])",
  message: `The time ${passedIn}`,
};

export default tseslint.config(
  {
    ignores: ['**/dist/', 'cdktf.out/', 'state/', '.cache/', 'coverage/', '**/*.d.mts'],
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: {
      jsdoc,
      thebes: { rules: { 'documented-door': documentedDoor, 'unit-last': unitLast } },
    },
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      // A port's promise is kept by adapters that have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Numbers read well in a message; objects do not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      eqeqeq: 'error',
      'no-cond-assign': 'error',
      'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
      'no-control-regex': 'error',
      'no-debugger': 'error',
      'no-empty': 'error',
      'no-loss-of-precision': 'error',
      'no-self-assign': 'error',
      'no-sparse-arrays': 'error',
      'no-unsafe-finally': 'error',
      'no-unsafe-optional-chaining': 'error',
      'no-useless-escape': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': ['error', noTopLevelLet, noTopLevelStore, noProcessEnv, noEnvImport],
      'jsdoc/check-param-names': ['error', { disableMissingParamChecks: true }],
      'jsdoc/check-tag-names': ['error', { typed: true }],
      'jsdoc/empty-tags': 'error',
      'jsdoc/no-types': 'error',
    },
  },
  {
    files: [
      'broker/src/**/index.ts',
      'modules/**/index.ts',
      'tests/support/index.ts',
      'benchmarks/*/index.ts',
    ],
    rules: { 'thebes/documented-door': 'error' },
  },
  {
    files: ['broker/src/**/*.ts', 'modules/**/*.ts', 'stacks/**/*.ts'],
    rules: { 'thebes/unit-last': 'error' },
  },
  {
    files: ['modules/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', noTopLevelLet, noTopLevelStore, noSettingRead, noEnvImport],
    },
  },
  {
    files: ['broker/src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval'].map((name) => ({
          name,
          message: `Timers: the Scheduler ${passedIn}`,
        })),
      ],
      'no-restricted-imports': [
        'error',
        ...['timers', 'timers/promises', 'node:timers', 'node:timers/promises'].map((name) => ({
          name,
          message: `Timers: the Scheduler ${passedIn}`,
        })),
      ],
      'no-restricted-syntax': [
        'error',
        noTopLevelLet,
        noTopLevelStore,
        noProcessEnv,
        noEnvImport,
        noChance,
        noClock,
      ],
    },
  },
  {
    // The pure layers: everything of the outside world is passed in.
    files: ['broker/src/{core,codecs,foundation}/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...timers.map((name) => ({ name, message: `Timers: the Scheduler ${passedIn}` })),
        { name: 'Date', message: `The time ${passedIn}` },
        { name: 'performance', message: `The time ${passedIn}` },
        { name: 'crypto', message: `Chance ${passedIn}` },
        { name: 'process', message: `The process ${passedIn}` },
        { name: 'fetch', message: 'The pure layers talk to nobody. State a port.' },
        { name: 'require', message: 'The pure layers import nothing of Node. State a port.' },
      ],
    },
  },
  {
    files: [
      'broker/src/config/**/*.ts',
      'broker/src/main.ts',
      'modules/config/**/*.ts',
      'stacks/main.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', noTopLevelLet, noTopLevelStore] },
  },
  {
    // The real clock, chance and timers.
    files: ['broker/src/host/**/*.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-imports': 'off',
      'no-restricted-syntax': ['error', noTopLevelLet, noTopLevelStore, noProcessEnv, noEnvImport],
    },
  },
  {
    // Programs of one file, and tests: their file level is their life time.
    files: [
      'scripts/**/*.ts',
      'tests/**/*.ts',
      'benchmarks/**/*.ts',
      'examples/**/*.ts',
      '*.config.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // Answers of other programs are JSON of any shape; a wrong guess fails the test, which is the check.
    files: ['tests/**/*.ts', 'benchmarks/**/*.ts', 'examples/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
