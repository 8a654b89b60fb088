import { defineConfig } from 'oxlint';

/** Folders and top-level modules of src, lowest first; a layer imports only from layers below it, never sideways. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors', 'model'],
  ['printable', 'glob', 'version', 'distribution-filename', 'run-process', 'make-directory'],
  ['pip'],
  ['lock-source', 'package-index', 'attestation', 'provenance-file', 'receipts', 'progress', 'git', 'wheel'],
  ['identity', 'installed'],
  ['policy', 'report'],
  ['verify-lock', 'provenance-diff', 'explanation'],
  ['proxy', 'release-history'],
  ['commands'],
  ['cli'],
];

/** Each third-party library has one home. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  execa: ['src/run-process.ts'],
  diff: ['src/provenance-diff/**/*.ts'],
  undici: ['src/package-index/**/*.ts'],
  'smol-toml': ['src/lock-source/**/*.ts'],
  '@sigstore/*': ['src/attestation/**/*.ts'],
  '@tufjs/*': ['src/attestation/**/*.ts'],
  '@zip.js/*': ['src/wheel/**/*.ts'],
  yargs: ['src/commands/**/*.ts'],
  'yargs/*': ['src/commands/**/*.ts'],
};

/** Folders that decide or render: no I/O, no clock. */
const PURE = new Set([
  'policy',
  'report',
  'receipts',
  'identity',
  'provenance-diff',
  'explanation',
  'model',
  'printable',
  'glob',
  'distribution-filename',
]);

const everyLayer = LAYERS.flat();

function filesOf(layer: string): string[] {
  return [`src/${layer}.ts`, `src/${layer}/**/*.ts`];
}

function isHome(layer: string, library: string): boolean {
  return (HOMES[library] ?? []).some((home) => filesOf(layer).includes(home));
}

function restrictions(layer: string, below: readonly string[]) {
  const above = everyLayer.filter((other) => other !== layer && !below.includes(other));
  const libraries = Object.keys(HOMES).filter((library) => !isHome(layer, library));
  const patterns = [
    ...above.map((other) => ({
      group: [`**/${other}.ts`, `**/${other}/**`],
      message: `\`${layer}\` must not import \`${other}\`: imports go one way (docs/architecture.md)`,
    })),
    { group: libraries, message: 'this library has another home (oxlint.config.ts)' },
    ...(PURE.has(layer) ? [{ group: ['node:*'], message: `\`${layer}\` is pure: no I/O` }] : []),
  ];
  return {
    files: filesOf(layer),
    rules: {
      'no-restricted-imports': ['error' as const, { patterns }] as ['error', { patterns: typeof patterns }],
    },
  };
}

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'node', 'promise', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  env: { node: true, es2024: true },
  ignorePatterns: [
    'dist',
    'coverage',
    'node_modules',
    'bin',
    'scripts/prepare.js',
    'reports',
    '.stryker-tmp',
    '**/*.cjs',
  ],
  rules: {
    'import/no-cycle': 'error',
    'no-console': 'error',
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    complexity: ['error', { max: 15 }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/switch-exhaustiveness-check': 'error',
    'typescript/consistent-type-imports': 'error',
    // Awaiting in a loop is how an order is kept; where work may run at once, the code says so.
    'no-await-in-loop': 'off',
    'import/no-unassigned-import': 'off',
    'unicorn/no-array-sort': 'off',
    // Of windows of a browser; there are only threads here.
    'unicorn/require-post-message-target-origin': 'off',
    // A new object an element is what plain data is made of.
    'oxc/no-map-spread': 'off',
    // The compiler does this one, and knows when a switch is exhaustive (noImplicitReturns).
    'typescript/consistent-return': 'off',
  },
  overrides: [
    ...LAYERS.flatMap((layer, depth) =>
      layer.map((name) => restrictions(name, LAYERS.slice(0, depth).flat())),
    ),
    {
      files: ['test/**', 'scripts/**', '*.config.ts'],
      rules: { 'max-lines-per-function': 'off', complexity: 'off', 'no-console': 'off' },
    },
  ],
});
