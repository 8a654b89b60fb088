/**
 * What the `pyproject.toml` beside a lock says of the groups that its tool installs without being asked.
 */
import { normalizeName } from '../distribution-filename.ts';
import { BOOLEAN, optional, STRINGS, TABLE, type Table } from './table.ts';
import { parseToml } from './toml-table.ts';

const SOURCE = 'pyproject.toml';

/** `tool.uv.default-groups`: names, or `all`; uv's own default is `dev`. */
export function uvDefaultGroups(pyproject: string | undefined): readonly string[] | 'all' {
  const uv = tableAt(pyproject, 'tool', 'uv');
  const isAll = uv?.values['default-groups'] === 'all';
  return isAll ? 'all' : ((uv && optional(uv, 'default-groups', STRINGS)) ?? ['dev']);
}

/** Whether Poetry leaves a group out unless it is asked for: `tool.poetry.group.NAME.optional`. */
export function isOptionalInPoetry(pyproject: string, group: string): boolean {
  const groups = tableAt(pyproject, 'tool', 'poetry', 'group');
  const key = Object.keys(groups?.values ?? {}).find((name) => normalizeName(name) === group);
  const table = key === undefined ? undefined : tableAt(pyproject, 'tool', 'poetry', 'group', key);
  return (table && optional(table, 'optional', BOOLEAN)) ?? false;
}

function tableAt(pyproject: string | undefined, ...path: readonly string[]): Table | undefined {
  if (pyproject === undefined) return undefined;
  let table: Table | undefined = parseToml(pyproject, SOURCE);
  for (const key of path) table = table && optional(table, key, TABLE);
  return table;
}
