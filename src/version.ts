// Not by `import`, for which Node.js also loads its streams: as much as the rest of `--version`.
const { readFileSync } = process.getBuiltinModule('node:fs');
const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** This package's version, from its package.json. */
export const VERSION: string =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
