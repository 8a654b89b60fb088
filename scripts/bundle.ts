/**
 * Makes the program that is published out of what `src` and the dependencies are: `dist/provpin.js`, and beside it the parts
 * that it loads when it needs them. One file would be read and parsed whole for `provpin --version`, and node_modules is
 * hundreds of files (docs/performance.md).
 */
import { glob, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

for await (const stale of glob('provpin*', { cwd: dist })) await rm(join(dist, stale));

/**
 * Modules that are loaded together, whichever of them is asked for. Every way into the program is one more reason to cut what
 * it shares with the others into parts, and two dozen small files take longer to find than to read.
 */
const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  'other-commands': [
    'commands/run-diff',
    'commands/run-explain',
    'commands/run-installed',
    'commands/run-proxy',
    'release-history',
  ],
  attestation: [
    'attestation/verify',
    'attestation/verification-queue',
    'attestation/trusted-keys',
    'attestation/trusted-root',
  ],
};
const homes = new Map(
  Object.entries(TOGETHER).flatMap(([name, modules]) =>
    modules.map((path) => [join(root, 'src', `${path}.ts`), name] as const),
  ),
);
const together: Plugin = {
  name: 'together',
  setup: (bundler) => {
    bundler.onResolve({ filter: /^\./ }, ({ kind, path, resolveDir }) => {
      const name = kind === 'dynamic-import' ? homes.get(join(resolveDir, path)) : undefined;
      return name === undefined ? undefined : { path: name, namespace: 'together' };
    });
    bundler.onLoad({ filter: /./, namespace: 'together' }, ({ path }) => ({
      contents: (TOGETHER[path] ?? []).map((one) => `export * from './src/${one}.ts';`).join('\n'),
      resolveDir: root,
    }));
  },
};

/** undici without its fetch, caches, mocks and WebSockets: as its index puts together what `src/package-index/undici.ts` takes. */
const UNDICI = `
  Object.assign(require('undici/lib/dispatcher/dispatcher.js').prototype, require('undici/lib/api/index.js'));
  exports.Agent = require('undici/lib/dispatcher/agent.js');
  exports.EnvHttpProxyAgent = require('undici/lib/dispatcher/env-http-proxy-agent.js');
  exports.Pool = require('undici/lib/dispatcher/pool.js');
  exports.setGlobalDispatcher = require('undici/lib/global.js').setGlobalDispatcher;
`;
const partOfUndici: Plugin = {
  name: 'part of undici',
  setup: (bundler) => {
    bundler.onResolve({ filter: /^undici$/ }, () => ({ path: 'undici', namespace: 'part' }));
    bundler.onLoad({ filter: /./, namespace: 'part' }, () => ({ contents: UNDICI, resolveDir: root }));
  },
};

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { provpin: 'src/cli.ts', 'verification-worker': 'src/attestation/verification-worker.ts' },
  outdir: dist,
  chunkNames: 'provpin-[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: `node${manifest.engines.node.replace('>=', '')}`,
  // CommonJS in the dependencies asks for parts of Node.js.
  banner: {
    js: "import { createRequire as createRequireOfPart } from 'node:module';\nconst require = createRequireOfPart(import.meta.url);",
  },
  plugins: [together, partOfUndici],
  metafile: true,
  logLevel: 'warning',
});
await writeFile(join(dist, 'provpin-licenses.txt'), await licensesOf(metafile));

/** What the manifest says, of a package that has no text of its licence. */
async function statedLicense(directory: string): Promise<string> {
  const stated: unknown = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  return typeof stated === 'object' && stated !== null && 'license' in stated ? String(stated.license) : '';
}

/** The licence of every package of which the program has a copy. */
async function licensesOf({ inputs }: Metafile): Promise<string> {
  const packages = Object.keys(inputs).flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  );
  const texts = [...new Set(packages)].toSorted().map(async (path) => {
    const directory = join(root, path);
    const file = (await readdir(directory)).find((name) => /^licen[cs]e/i.test(name));
    const text =
      file === undefined ? await statedLicense(directory) : await readFile(join(directory, file), 'utf8');
    return `${path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)}\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(78)}\n\n`);
}
