/**
 * What an environment gets of a `poetry.lock`.
 */
import { normalizeName } from '../distribution-filename.ts';
import { isOptionalInPoetry } from './default-groups.ts';
import { installRefusal, unknownDefaults, type PlanOptions } from './install-plan.ts';
import { choosePackages, hasGroups, MAIN, markerOf, type PoetryChoice } from './poetry-groups.ts';
import { required, STRINGS, type Table } from './table.ts';

interface Wanted {
  readonly table: Table;
  readonly marker: string | undefined;
}

/**
 * The packages of the groups and extras that are asked for, with their markers, once for each group; without any, as
 * `poetry install` does it: those of all groups that are not optional, and of no extras.
 *
 * @throws ProvpinError, exit code 2, for a lock that Poetry does not install by its groups, and where nothing says which of
 *   them are optional
 */
export function poetryWants(
  root: Table,
  tables: readonly Table[],
  { only, pyproject }: PlanOptions,
): readonly Wanted[] {
  const { source } = root.document;
  if (!hasGroups(root))
    throw installRefusal(source, 'before lock-version 2.1, Poetry resolves anew among its packages', [
      'have Poetry 2 write it: `poetry lock`',
    ]);
  const choice = choosePackages(root, tables, only);
  // By itself Poetry installs groups alone, though an extra may have the name of one.
  const chosen = only.length > 0 ? choice.chosen : new Set(defaultGroups(source, tables, pyproject));
  const extras = new Set([...choice.chosen].filter((name) => choice.extras.has(name)).map(normalizeName));
  return tables.flatMap((table) =>
    groupsFor(table, { ...choice, chosen }).map((group) => ({
      table,
      marker: withExtras(markerOf(table, group), extras, source),
    })),
  );
}

/** Extras are of the project itself, and so in its own group. */
function groupsFor(table: Table, { chosen, groupsOf, ofExtras }: PoetryChoice): readonly string[] {
  return groupsOf(table).filter((group) => chosen.has(group) || (group === MAIN && ofExtras.has(table)));
}

function defaultGroups(
  source: string,
  tables: readonly Table[],
  pyproject: string | undefined,
): readonly string[] {
  const groups = new Set(tables.flatMap((table) => required(table, 'groups', STRINGS)));
  const others = [...groups].filter((group) => group !== MAIN);
  if (others.length === 0) return [MAIN];
  if (pyproject === undefined) throw unknownDefaults(source, others);
  return [MAIN, ...others.filter((group) => !isOptionalInPoetry(pyproject, normalizeName(group)))];
}

const TRUE = 'os_name != ""';
const FALSE = 'os_name == ""';

/** In words that every reader of markers knows: to Poetry, `extra == "x"` says that the extra is among those that are chosen. */
function withExtras(
  marker: string | undefined,
  extras: ReadonlySet<string>,
  source: string,
): string | undefined {
  const text = marker?.replaceAll(
    /\bextra\s*(?<operator>[!=]=)\s*(?<extra>"[^"]*"|'[^']*')/g,
    (_, operator: string, extra: string) =>
      extras.has(normalizeName(extra.slice(1, -1))) === (operator === '==') ? TRUE : FALSE,
  );
  if (text !== undefined && /\bextra\b/.test(text.replaceAll(/"[^"]*"|'[^']*'/g, '')))
    throw installRefusal(source, 'it has a marker that says something else of extras than one by one');
  return text;
}

/**
 * Poetry's constraint on versions of Python, as version specifiers of which one has to hold.
 *
 * Source: Poetry, "Dependency specification".
 */
export function poetryPythons(constraint: string): readonly string[] {
  return constraint.split('||').map((alternative) =>
    alternative
      .split(',')
      .map((part) => specifierOf(part.trim()))
      .join(','),
  );
}

function specifierOf(part: string): string {
  if (part === '*') return '';
  const [, operator = '', version = ''] = /^(\^|~(?!=)|)\s*(\d+(?:\.\d+)*(?:\.\*)?)$/.exec(part) ?? [];
  if (version === '') return part; // PEP 440's own, or nothing that can be read
  if (operator === '') return `==${version}`;
  const [major = 0, minor] = version.split('.').map(Number);
  if (operator === '^') return `>=${version},<${major + 1}`;
  return `>=${version},<${minor === undefined ? major + 1 : `${major}.${minor + 1}`}`;
}
