/**
 * Who may import whom, as drawn in docs/architecture.md ("Direction of imports").
 *
 * Each rule's comment says what to do instead. `tests/repo/import-rules.test.ts` plants a violation
 * of every rule here and expects it to be reported, so a rule that no longer bites is noticed.
 */

const pureLayers = '^broker/src/(foundation|core|codecs)/';

// The outer ring: what talks to the network, the disk, the operating system or people.
const adapter =
  '^broker/src/((?:protocols|engines|metadata|bus|formats)/[^/]+|host|gateway|management|metrics|monitoring|cli)/';

const cloud = '^modules/(local|aws|gcp|digitalocean)/';

// A room is a folder with one door, its index.ts. core/ is one room inside: its folders are chapters
// that import each other's files (the ports and the delivery logic speak of the same facts, which
// doors between them would turn into cycles); from outside each chapter has its own door.
const rooms =
  'broker/src/(?:foundation|config|host|gateway|management|metrics|monitoring|cli)' +
  '|broker/src/(?:codecs|protocols|engines|metadata|bus|formats)/[^/]+' +
  '|modules/[^/]+|benchmarks/[^/]+|tests/support';
const ownRoom = `^(broker/src/core|${rooms})/`;
// An index.mjs is the door of a room for scripts that run before anything is installed; data has
// no door.
const door = '/index\\.(ts|mjs)$|\\.json$';
const anyRoom = `^(broker/src/core/[^/]+|${rooms})/`;

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Two files need each other, perhaps through others. Move what both need into a third file, or state it as a port; type imports count too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'Nothing is found under this name. Correct the path, or add the package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'foundation-is-the-bottom',
      comment: 'foundation/ knows no domain. Move the code up, or what it needs down.',
      severity: 'error',
      from: { path: '^broker/src/foundation/' },
      to: { path: '^broker/src/', pathNot: '^broker/src/foundation/' },
    },
    {
      name: 'core-knows-no-outside',
      comment:
        'core/ stands on foundation/ alone. State what it needs as a port in core/ports/ and let main.ts pass an adapter in.',
      severity: 'error',
      from: { path: '^broker/src/core/' },
      to: { path: '^broker/src/', pathNot: '^broker/src/(core|foundation)/' },
    },
    {
      name: 'codecs-know-bytes-only',
      comment:
        'codecs/ turn bytes into commands and back and stand on foundation/ alone. Let the protocol map commands to the core.',
      severity: 'error',
      from: { path: '^broker/src/codecs/' },
      to: { path: '^broker/src/', pathNot: '^broker/src/(codecs|foundation)/' },
    },
    {
      name: 'codecs-stand-alone',
      comment: 'One codec does not import another. What they share belongs in foundation/.',
      severity: 'error',
      from: { path: '^broker/src/codecs/([^/]+)/' },
      to: { path: '^broker/src/codecs/', pathNot: '^broker/src/codecs/$1/' },
    },
    {
      name: 'pure-layers-import-no-package',
      comment:
        'foundation/, core/ and codecs/ import no npm package. Put the package behind a port, in an adapter.',
      severity: 'error',
      from: { path: pureLayers },
      to: { path: '(^|/)node_modules/' },
    },
    {
      name: 'pure-layers-import-no-built-in',
      comment:
        'foundation/, core/ and codecs/ import nothing of Node. Clock, chance, timers and files are passed in (broker/src/host/ has the real ones).',
      severity: 'error',
      from: { path: pureLayers },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'adapters-know-no-sibling',
      comment:
        'An adapter does not import another one. What two of them share is a codec or belongs in the core; main.ts hands one to the other.',
      severity: 'error',
      from: { path: adapter },
      to: {
        path: adapter,
        pathNot: '^broker/src/$1/',
      },
    },
    {
      name: 'adapters-take-their-settings',
      comment:
        'broker/src/config/ is read by main.ts, which passes plain options on. Take the value as an option.',
      severity: 'error',
      from: { path: `${adapter}|${pureLayers}` },
      to: { path: '^broker/src/config/' },
    },
    {
      name: 'config-stands-alone',
      comment:
        'broker/src/config/ is shared with the kit, so it may not pull in the rest of the broker. It imports foundation/ and core/errors/ at most.',
      severity: 'error',
      from: { path: '^broker/src/config/' },
      to: { path: '^broker/src/', pathNot: '^broker/src/(config|foundation|core/errors)/' },
    },
    {
      name: 'main-is-the-root',
      comment:
        'Only the composition root knows adapters. Take the port as a constructor argument and let broker/src/main.ts pass the adapter.',
      severity: 'error',
      from: { path: '^broker/src/', pathNot: [adapter, '^broker/src/main\\.ts$'] },
      to: { path: adapter },
    },
    {
      name: 'nobody-imports-a-main',
      comment:
        'main.ts is started, never imported. Move what you need from it into a part that both can import.',
      severity: 'error',
      from: {},
      to: { path: '(^|/)(broker/src|stacks)/main\\.ts$' },
    },
    {
      name: 'broker-stands-alone',
      comment:
        'The broker goes into a container without the kit. Nothing in broker/ imports from outside it.',
      severity: 'error',
      from: { path: '^broker/' },
      to: { path: '^(stacks|modules|scripts|tests|benchmarks|examples)/' },
    },
    {
      name: 'broker-imports-its-own-packages',
      comment:
        'The container installs only `dependencies` of broker/package.json. Add the package there, with a line in docs/dependencies.md.',
      severity: 'error',
      from: { path: '^broker/src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'product-imports-no-test',
      comment: 'Code that ships does not import tests, benchmarks or examples.',
      severity: 'error',
      from: { path: '^(stacks|modules|broker/src)/' },
      to: { path: '^(tests|benchmarks|examples)/' },
    },
    {
      name: 'kit-sees-the-broker-by-its-settings',
      comment:
        'Stacks and modules know the broker by its configuration schema only: import broker/src/config/index.ts.',
      severity: 'error',
      from: { path: '^(stacks|modules)/' },
      to: { path: '^broker/', pathNot: '^broker/src/config/index\\.ts$' },
    },
    {
      name: 'modules-know-no-stack',
      comment: 'Stacks compose modules, never the other way round. Pass the value as a prop.',
      severity: 'error',
      from: { path: '^modules/' },
      to: { path: '^stacks/' },
    },
    {
      name: 'clouds-do-not-see-each-other',
      comment:
        'A target does not import another one. What they share belongs in modules/contract/ or a neutral module.',
      severity: 'error',
      from: { path: cloud },
      to: { path: cloud, pathNot: '^modules/$1/' },
    },
    {
      name: 'neutral-modules-name-no-cloud',
      comment:
        'Modules that serve every target do not import one. Take what you need as a handle of modules/contract/.',
      severity: 'error',
      from: { path: '^modules/', pathNot: cloud },
      to: { path: cloud },
    },
    {
      name: 'cdktf-through-one-door',
      comment:
        'Import cdktf and constructs from modules/cdk.ts, so that changing to its successor is one file.',
      severity: 'error',
      from: { pathNot: '^modules/cdk\\.ts$' },
      to: { path: '(^|/)node_modules/(cdktf|cdktn|constructs)/' },
    },
    {
      name: 'providers-stay-in-modules',
      comment:
        'Provider packages are imported under modules/<cloud>/ only. Add what the stack needs to the contract.',
      severity: 'error',
      from: { pathNot: '^modules/(aws|gcp|digitalocean|platform)/' },
      to: { path: '(^|/)node_modules/@cdk(tf|tn)/provider-' },
    },
    {
      name: 'providers-by-deep-path',
      comment:
        "A provider's root costs 8 s and 1.3 GB at synthesis. Import the resource: '@cdktf/provider-aws/lib/vpc'.",
      severity: 'error',
      from: {},
      to: {
        path: '(^|/)node_modules/@cdk(tf|tn)/provider-',
        pathNot: '(^|/)node_modules/@cdk(tf|tn)/provider-[^/]+/lib/[^/]+/',
      },
    },
    {
      name: 'examples-are-outsiders',
      comment:
        'An example shows what a user can do, so it uses published packages and its own files only.',
      severity: 'error',
      from: { path: '^examples/([^/]+)/' },
      to: { pathNot: ['^examples/$1/', '(^|/)node_modules/'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'enter-by-index',
      comment:
        'A folder is entered by its index.ts from outside. Export the name there, or ask whether the code stands in the right folder.',
      severity: 'error',
      from: { path: ownRoom, pathNot: '^tests/' },
      to: { path: anyRoom, pathNot: ['^$1/', door] },
    },
    {
      name: 'enter-by-index-from-the-top',
      comment:
        'A folder is entered by its index.ts from outside, by main.ts, stacks, scripts and examples too.',
      severity: 'error',
      from: { pathNot: [ownRoom, '^tests/'] },
      to: { path: anyRoom, pathNot: door },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '(^|/)(dist|cdktf\\.out|state|\\.cache)/' },
    // Type imports count: a cycle of types is a cycle of thoughts.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.mts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
