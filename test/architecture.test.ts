import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../package.json' with { type: 'json' };

const root = new URL('../', import.meta.url);
const docs = readFileSync(new URL('docs/architecture.md', root), 'utf8');

test.each(
  readdirSync(new URL('src', root), { withFileTypes: true }).map(
    (entry) => [entry.name, entry.isDirectory()] as const,
  ),
)('the documentation says what src/%s is for', (name, isFolder) => {
  expect(docs).toMatch(
    new RegExp(`^\\|[^|]*\`src/${name.replaceAll('.', '\\.')}${isFolder ? '/' : ''}\``, 'm'),
  );
});

test.each(Object.keys(manifest.dependencies))('the documentation says where %s is at home', (name) => {
  const listed = name.replace(/^(@\w+)\/.*$/, '$1/*');
  expect(docs).toContain(`\`${listed}\``);
});

test('the documentation has the plug-in lists that there are', () => {
  for (const folder of ['lock-source', 'identity', 'policy', 'report', 'commands']) {
    const index = readFileSync(new URL(`src/${folder}/index.ts`, root), 'utf8');
    const [, list] = /^export const ([A-Z_]+):/m.exec(index) ?? [];
    expect(docs).toContain(`\`${list}\``);
    expect(docs).toContain(`\`src/${folder}/contract.ts\``);
  }
});

test('every part has its layer', () => {
  const [, layers = ''] = /^## Layers\n[^]*?```text\n([^]*?)```/m.exec(docs) ?? [];
  const parts = readdirSync(new URL('src', root)).map((name) => name.replace(/\.ts$/, ''));
  expect(layers.match(/[a-z-]+/g)?.toSorted()).toEqual(parts.filter((part) => part !== 'index'));
});
