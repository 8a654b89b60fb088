import { describe, expect, test } from 'vitest';
import type { Answers } from '../../src/lock-source/ask-environment.ts';
import {
  questionsOf,
  selectPackages,
  type InstallPlan,
  type PlanOptions,
} from '../../src/lock-source/install-plan.ts';
import { LOCK_READERS } from '../../src/lock-source/index.ts';
import type { Lock } from '../../src/model.ts';
import { realLock } from './real-locks.ts';

const SHA256 = 'ab'.repeat(32);

/** An environment in which these markers hold, and all others do not; `?` cannot be read. */
const where = (...holding: readonly string[]): Answers => ({
  python: (specifier) => (specifier === '?' ? undefined : specifier !== '<3'),
  marker: (marker) => (marker === '?' ? undefined : holding.includes(marker)),
});

interface Options extends Partial<PlanOptions> {
  readonly holding?: readonly string[];
}

function planOf(id: string, text: string, { only = [], pyproject }: Options = {}) {
  const reader = LOCK_READERS.find((one) => one.id === id);
  if (reader?.plan === undefined) throw new Error(`${id} has no plan`);
  const lock = reader.read(text, 'lock', only);
  return { lock, plan: reader.plan(text, 'lock', { packages: lock.packages, only, pyproject }) };
}

const namesOf = ({ packages }: Lock, places: readonly number[]) =>
  places.map((place) => `${packages[place]?.name} ${packages[place]?.version}`).toSorted();

/** `name version` of what an environment gets. */
function selected(id: string, text: string, options: Options = {}): readonly string[] {
  const { lock, plan } = planOf(id, text, options);
  return namesOf(lock, selectPackages(plan, where(...(options.holding ?? []))).places);
}

const file = (name: string, version: string) =>
  `{file = "${name}-${version}-py3-none-any.whl", hash = "sha256:${SHA256}"}`;

/** A table of a package of PDM or Poetry. */
const tableOf = (name: string, lines: string, version = '1') =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\n${lines}\nfiles = [${file(name, version)}]\n`;

const target = (specifier: string) => `[[metadata.targets]]\nrequires_python = "${specifier}"\n`;

const REGISTRY = 'source = { registry = "https://index.example/simple" }';

const uvFile = (name: string, version: string) =>
  `wheels = [{ url = "https://files.example/${name}-${version}-py3-none-any.whl", hash = "sha256:${SHA256}" }]`;

const uvPackage = (name: string, more = '', version = '1', source = REGISTRY) =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\n${source}\n${uvFile(name, version)}\n${more}\n`;

const uvProject = (more: string, source = '{ editable = "." }', name = 'demo') =>
  `[[package]]\nname = "${name}"\nversion = "0"\nsource = ${source}\n${more}\n`;

const uvOf = (...parts: readonly string[]) => `version = 1\n${parts.join('')}`;

const needing = (...names: readonly string[]) =>
  `dependencies = [${names.map((name) => `{ name = "${name}" }`).join(', ')}]`;

const pdm = (metadata: string, ...tables: readonly string[]) =>
  `[metadata]\nlock_version = "4.5.0"\ncontent_hash = "x"\n${metadata}\n${tables.join('')}`;

const poetry = (extras: string, pythons: string, ...tables: readonly string[]) =>
  `${tables.join('')}${extras}\n[metadata]\nlock-version = "2.1"\npython-versions = "${pythons}"\n`;

const main = (name: string, more = '') => tableOf(name, `groups = ["main"]\n${more}`);

const pipfile = (categories: object, requires: object = {}) =>
  JSON.stringify({ _meta: { 'pipfile-spec': 6, requires }, ...categories });

const pin = (more: object = {}) => ({ version: '==1', hashes: [`sha256:${SHA256}`], ...more });

/** What the markers of the locks come to, on two machines. */
const machine = (isWindows: boolean, minor: number): Answers => ({
  python: (specifier) => specifier === '' || specifier === '>=3.10',
  marker: (marker) => {
    if (/Windows|win32/.test(marker)) return isWindows;
    if (/< ["']3\.11["']|== "3\.10"/.test(marker)) return minor < 11;
    if (/^python_version (?:>=|!=)/.test(marker) || marker === 'os_name != ""') return true;
    if (marker === 'os_name == ""') return false;
    throw new Error(`not foreseen: ${marker}`);
  },
});

function installed(path: string, answers: Answers, options: Partial<PlanOptions> = {}): readonly string[] {
  const { reader, text } = realLock(path);
  const { lock, plan } = planOf(reader.id, text, options);
  return namesOf(lock, selectPackages(plan, answers).places)
    .map((name) => name.replace(/ .*/, ''))
    .filter((name) => name !== 'of-editable'); // of the group `dev`, for PDM
}

const sorted = (...names: readonly string[]) => names.toSorted();

const INHERITS = 'strategy = ["inherit_metadata"]';
const withTargets = (...targets: readonly string[]) =>
  pdm(
    `groups = ["default"]\n${INHERITS}\n${targets.map(target).join('')}`,
    tableOf('a', 'groups = ["default"]'),
  );

describe('uv', () => {
  test('goes along dependencies, their dependencies and extras, and around circles', () => {
    const text = uvOf(
      uvProject('dependencies = [{ name = "a", extra = ["X_x"] }]'),
      uvPackage(
        'a',
        `${needing('b')}\n[package.optional-dependencies]\nx-x = [{ name = "c" }, { name = "a", extra = ["x-x"] }]\ny = [{ name = "e" }]`,
      ),
      uvPackage('b', needing('a')),
      uvPackage('c', 'dependencies = [{ name = "d", marker = "here" }, { name = "e", marker = "there" }]'),
      uvPackage('d'),
      uvPackage('e'),
      uvPackage('f'),
    );
    expect(selected('uv', text, { holding: ['here'] })).toEqual(['a 1', 'b 1', 'c 1', 'd 1']);
  });

  test('takes of several versions the one that is meant', () => {
    const text = uvOf(
      uvProject(
        'dependencies = [{ name = "a", version = "1", marker = "here" }, { name = "a", version = "2", marker = "there" }]',
      ),
      uvPackage('a', needing('b')),
      uvPackage('a', needing('c'), '2'),
      uvPackage('b'),
      uvPackage('c'),
    );
    expect(selected('uv', text, { holding: ['here'] })).toEqual(['a 1', 'b 1']);
    expect(selected('uv', text, { holding: ['there'] })).toEqual(['a 2', 'c 1']);
    expect(() => selected('uv', text, { holding: ['here', 'there'] })).toThrow(
      'two of `a` for this environment',
    );
  });

  test('takes of several sources the one that is meant', () => {
    const OTHER = 'source = { registry = "https://other.example/simple" }';
    const text = uvOf(
      uvProject(`dependencies = [{ name = "a", version = "1", ${OTHER} }]`),
      uvPackage('a', needing('b')),
      uvPackage('a', needing('c'), '1', OTHER),
      uvPackage('b'),
      uvPackage('c'),
    );
    expect(selected('uv', text)).toEqual(['a 1', 'c 1']);
    expect(() => selected('uv', text.replace(`, ${OTHER} }]`, ' }]'))).toThrow('several such packages');
  });

  const GROUPS = uvOf(
    uvProject(
      `${needing('a')}\n[package.optional-dependencies]\ndev = [{ name = "x" }]\ncli = [{ name = "c" }]\n[package.dev-dependencies]\ndev = [{ name = "d" }]\ndocs = [{ name = "e" }]`,
    ),
    ...['a', 'c', 'd', 'e', 'x'].map((name) => uvPackage(name)),
  );
  test.each<[string, Options, readonly string[]]>([
    ['nothing says which', {}, ['a', 'd']],
    ['the project does not say which', { pyproject: '[project]\n' }, ['a', 'd']],
    ['the project says which', { pyproject: '[tool.uv]\ndefault-groups = ["Docs"]\n' }, ['a', 'e']],
    ['the project says none', { pyproject: '[tool.uv]\ndefault-groups = []\n' }, ['a']],
    ['the project says all', { pyproject: '[tool.uv]\ndefault-groups = "all"\n' }, ['a', 'd', 'e']],
    ['some are asked for', { only: ['docs', 'cli'] }, ['c', 'e']],
    ['a group and an extra are asked for', { only: ['dev'] }, ['d', 'x']],
    ['the project itself is asked for', { only: ['default'] }, ['a']],
  ])('groups, where %s', (_, options, names) => {
    expect(selected('uv', GROUPS, options)).toEqual(names.map((name) => `${name} 1`));
  });

  // Where every dependency is looked for among all packages of its name, this takes many minutes.
  test('many versions of one package, each of which needs many', { timeout: 30_000 }, () => {
    const versions = Array.from({ length: 1500 }, (_, at) => `${at}.${'1'.repeat(20)}`);
    const packages = versions.map((version, at) => {
      const others = versions.slice(at - 100, at).map((other) => `{ name = "a", version = "${other}" }`);
      return uvPackage('a', `dependencies = [${others.join(', ')}]`, version);
    });
    const text = uvOf(
      uvProject(`dependencies = [{ name = "a", version = "${versions.at(-1)}" }]`),
      ...packages,
    );
    expect(() => selected('uv', text, { only: ['default'] })).toThrow('two of `a` for this environment');
  });

  test('a group that is called `default` is one that uv installs if it is asked to', () => {
    const text = uvOf(
      uvProject(`${needing('a')}\n[package.dev-dependencies]\ndefault = [{ name = "b" }]`),
      uvPackage('a'),
      uvPackage('b'),
    );
    expect(selected('uv', text)).toEqual(['a 1']);
    expect(selected('uv', text, { pyproject: '[tool.uv]\ndefault-groups = ["default"]\n' })).toEqual([
      'a 1',
      'b 1',
    ]);
    expect(selected('uv', text, { only: ['default'] })).toEqual(['a 1', 'b 1']);
  });

  test('the projects of a workspace are left out, and what they need is not', () => {
    const text = uvOf(
      '[manifest]\nmembers = ["demo", "one", "two"]\n',
      uvProject(needing('one')),
      uvProject(needing('a'), '{ editable = "packages/one" }', 'one'),
      uvProject(needing('b'), '{ editable = "packages/two" }', 'two'),
      uvPackage('a'),
      uvPackage('b'),
    );
    const { plan, lock: read } = planOf('uv', text);
    const { places, projects } = selectPackages(plan, where());
    expect([namesOf(read, places), projects]).toEqual([['a 1'], ['demo', 'one']]);
    expect(selected('uv', text, { only: ['default'] })).toEqual(['a 1', 'b 1']);
    expect(selected('uv', text.replace('{ editable = "." }', '{ editable = "packages/demo" }'))).toEqual([
      'a 1',
      'b 1',
    ]);
  });

  test.each<[string, Options, readonly string[]]>([
    ['{ editable = "." }', {}, ['demo']],
    ['{ directory = "." }', {}, ['demo']],
    ['{ virtual = "." }', {}, []],
    ['{ editable = "." }', { only: ['default'] }, ['demo']],
    ['{ editable = "." }', { only: ['dev'] }, []],
  ])('a project of `%s` with %j that is left out', (origin, options, left) => {
    const groups = '[package.dev-dependencies]\ndev = [{ name = "a" }]';
    const { plan } = planOf('uv', uvOf(uvProject(groups, origin), uvPackage('a')), options);
    expect(selectPackages(plan, where()).projects).toEqual(left);
  });

  test('a script has what its manifest requires', () => {
    const text = uvOf('[manifest]\nrequirements = [{ name = "a" }]\n', uvPackage('a'), uvPackage('b'));
    expect(selected('uv', text)).toEqual(['a 1']);
  });

  test('a path of which only the dependencies are installed is no package', () => {
    const text = uvOf(
      uvProject(needing('v')),
      uvProject(needing('a'), '{ virtual = "vendor/v" }', 'v'),
      uvPackage('a'),
    );
    const { plan, lock } = planOf('uv', text);
    const { places, projects } = selectPackages(plan, where());
    expect([namesOf(lock, places), projects]).toEqual([['a 1'], ['demo']]);
  });

  test('what is no project is not left out as one: a path, a package of an index that is called a member', () => {
    const text = uvOf(
      '[manifest]\nmembers = ["demo", "b"]\n',
      uvProject(needing('a', 'b')),
      uvProject('', '{ directory = "vendor/a" }', 'a'),
      uvPackage('b'),
    );
    expect(selected('uv', text)).toEqual(['a 0', 'b 1']);
  });

  test.each([
    ['no such package', uvProject(needing('a')), 'needs `a`, and it has no such package'],
    [
      'another version',
      `${uvProject('dependencies = [{ name = "a", version = "2" }]')}${uvPackage('a')}`,
      'needs `a` 2, and it has no such package',
    ],
    [
      'conflicts',
      `conflicts = [[{ package = "demo", extra = "x" }, { package = "demo", extra = "y" }]]\n${uvProject('')}`,
      '`conflicts`',
    ],
    [
      'a marker that cannot be read',
      `${uvProject('dependencies = [{ name = "a", marker = "?" }]')}${uvPackage('a')}`,
      'it has `?`, which cannot be read',
    ],
    [
      'an environment that cannot be read',
      `supported-markers = ["?"]\n${uvProject('')}`,
      'it has `?`, which cannot be read',
    ],
    [
      'Pythons that cannot be read',
      `requires-python = "?"\n${uvProject('')}`,
      'it has `?`, which cannot be read',
    ],
  ])('%s is refused', (_, text, words) => {
    expect(() => selected('uv', uvOf(text))).toThrow(words);
  });

  test.each([
    ['other Pythons', 'requires-python = "<3"', 'is not for this Python, but for `<3`'],
    ['other platforms', 'supported-markers = ["there", "elsewhere"]', 'is not for this platform'],
  ])('a lock for %s is not for this environment', (_, line, words) => {
    const text = uvOf(`${line}\n`, uvProject(''));
    expect(() => selected('uv', text, { holding: ['here'] })).toThrow(words);
  });

  test('a lock for this platform among others is', () => {
    const text = uvOf('supported-markers = ["there", "here"]\n', uvProject(needing('a')), uvPackage('a'));
    expect(selected('uv', text, { holding: ['here'] })).toEqual(['a 1']);
  });
});

describe('PDM', () => {
  const GROUPS = pdm(
    `groups = ["default", "dev", "cli"]\n${INHERITS}`,
    tableOf('a', 'groups = ["default"]'),
    tableOf('b', 'groups = ["dev", "cli"]\nmarker = "here"'),
    tableOf('c', 'groups = ["cli"]'),
    tableOf('d', 'groups = ["dev"]\nmarker = "there"'),
    tableOf('e', ''),
  );

  test.each<[string, Options, readonly string[]]>([
    ['all that are locked', { holding: ['here'] }, ['a', 'b', 'c', 'e']],
    ['an extra', { only: ['cli'], holding: ['here'] }, ['b', 'c', 'e']],
    ['the project and a group', { only: ['default', 'dev'], holding: ['there'] }, ['a', 'd', 'e']],
  ])('%s', (_, options, names) => {
    expect(selected('pdm', GROUPS, options)).toEqual(names.map((name) => `${name} 1`));
  });

  test('a package that is listed again for its extras is one', () => {
    const text = pdm(
      `groups = ["default"]\n${INHERITS}`,
      tableOf('a', 'groups = ["default"]'),
      tableOf('a', 'groups = ["default"]\nextras = ["x"]'),
    );
    expect(selected('pdm', text)).toEqual(['a 1']);
  });

  test('of several targets one has to be for this Python', () => {
    expect(selected('pdm', withTargets('<3', '>=3.8'))).toEqual(['a 1']);
    expect(selected('pdm', withTargets('*'))).toEqual(['a 1']);
    expect(() => selected('pdm', withTargets('<3'))).toThrow('is not for this Python');
  });

  test.each([
    ['no metadata of dependents', pdm('groups = ["default"]'), 'PDM resolves anew'],
    [
      'targets of a platform',
      pdm(`groups = ["default"]\n${INHERITS}\n[[metadata.targets]]\nplatform = "linux"`),
      'for some platforms only',
    ],
    [
      'one platform, in an older lock',
      pdm(`groups = ["default"]\n${INHERITS}`).replace('4.5.0', '4.4.1'),
      'for some platforms only',
    ],
  ])('%s is refused', (_, text, words) => {
    expect(() => selected('pdm', text)).toThrow(words);
  });
});

describe('Poetry', () => {
  const GROUPS = poetry(
    '[extras]\ncli = ["c"]\nWeb_x = ["w"]\n',
    '*',
    main('a'),
    tableOf('b', 'groups = ["main", "dev"]\n[package.markers]\nmain = "here"\ndev = "there"').replace(
      /(\[package\.markers\][^[]*)(files = .*\n)/s,
      '$2$1',
    ),
    main('c', 'optional = true\nmarkers = "extra == \\"cli\\""'),
    main('w', `optional = true\nmarkers = "here and extra == 'web-x'"`),
    tableOf('d', 'groups = ["dev"]'),
    tableOf('e', 'groups = ["docs"]'),
  );
  const OPTIONAL = '[tool.poetry.group.Docs]\noptional = true\n';
  const FALSE = 'os_name == ""';
  const TRUE = 'os_name != ""';

  test.each<[string, Options, readonly string[]]>([
    ['all groups', { pyproject: '', holding: [] }, ['a', 'd', 'e']],
    ['all groups but the optional', { pyproject: OPTIONAL, holding: ['there'] }, ['a', 'b', 'd']],
    ['the project', { only: ['main'], holding: ['here'] }, ['a', 'b']],
    ['a group', { only: ['dev'], holding: ['here'] }, ['d']],
    ['an extra alone', { only: ['cli'], holding: [TRUE] }, ['c']],
    ['the project with an extra', { only: ['default', 'cli'], holding: [TRUE] }, ['a', 'c']],
    ['an extra elsewhere', { only: ['web-x'], holding: [TRUE] }, []],
    ['an extra here', { only: ['web-x'], holding: [`here and ${TRUE}`] }, ['w']],
  ])('%s', (_, options, names) => {
    expect(selected('poetry', GROUPS, options)).toEqual(names.map((name) => `${name} 1`));
  });

  test('an extra is not installed with the group that has its name, unless that is asked for', () => {
    const text = poetry(
      '[extras]\ndev = ["x"]\nmain = ["y"]\n',
      '*',
      main('a'),
      main('x', `optional = true\nmarkers = "extra == 'dev'"`),
      main('y', `optional = true\nmarkers = "extra == 'main'"`),
      tableOf('d', 'groups = ["dev"]'),
    );
    expect(selected('poetry', text, { pyproject: '', holding: [TRUE] })).toEqual(['a 1', 'd 1']);
    expect(selected('poetry', text, { only: ['dev'], holding: [TRUE] })).toEqual(['d 1', 'x 1']);
  });

  test('an extra that is not asked for does not hold, nor does its negation fail', () => {
    const { plan } = planOf(
      'poetry',
      poetry('', '*', main('a', `markers = "extra == 'x' or extra != \\"y\\""`)),
    );
    expect(questionsOf(plan).markers).toEqual([`${FALSE} or ${TRUE}`]);
  });

  test.each<[string, readonly string[]]>([
    ['*', ['']],
    ['>=3.8,<4.0', ['>=3.8,<4.0']],
    ['^3.8', ['>=3.8,<4']],
    ['~3.8', ['>=3.8,<3.9']],
    ['~3', ['>=3,<4']],
    ['~3.8.1', ['>=3.8.1,<3.9']],
    ['~=3.8', ['~=3.8']],
    ['3.11', ['==3.11']],
    ['3.11.*', ['==3.11.*']],
    ['3.8 to 4', ['3.8 to 4']],
    ['>=3.8,!=3.9.0 || ^2.7', ['>=3.8,!=3.9.0', '>=2.7,<3']],
  ])('`%s` of Python', (constraint, pythons) => {
    expect(planOf('poetry', poetry('', constraint, main('a'))).plan.pythons).toEqual(pythons);
  });

  test.each([
    ['several groups and no project', GROUPS, '`dev` and `docs`'],
    ['an older lock', poetry('', '*', main('a')).replace('2.1', '2.0'), 'Poetry resolves anew'],
    ['one of Poetry 1', poetry('', '*', main('a')).replace('2.1', '1.1'), 'Poetry resolves anew'],
    [
      'a marker with extras in other words',
      poetry('', '*', main('a', `markers = "'x' in extra"`)),
      'something else of extras',
    ],
    [
      'two versions at once',
      poetry('', '*', main('a'), tableOf('a', 'groups = ["main"]', '2')),
      'two of `a` for this environment',
    ],
  ])('%s is refused', (_, text, words) => {
    expect(() => selected('poetry', text)).toThrow(words);
  });
});

describe('Pipenv', () => {
  const GROUPS = pipfile({
    default: { a: pin(), b: pin({ markers: 'there' }), c: pin({ markers: 'here' }) },
    develop: { d: pin() },
    docs: { a: pin(), e: pin({ version: '==2' }) },
  });

  test.each<[string, Options, readonly string[]]>([
    ['the default', { holding: ['here'] }, ['a 1', 'c 1']],
    ['another category', { only: ['docs'] }, ['a 1', 'e 2']],
    ['two of them', { only: ['default', 'develop'], holding: ['there'] }, ['a 1', 'b 1', 'd 1']],
  ])('%s', (_, options, names) => {
    expect(selected('pipenv', GROUPS, options)).toEqual(names);
  });

  test.each([
    [{ python_version: '3.11' }, ['==3.11.*']],
    [{ python_version: '3.11', python_full_version: '3.11.7' }, ['==3.11.7']],
    [{}, []],
  ])('the Python of %j', (requires, pythons) => {
    expect(planOf('pipenv', pipfile({ default: {} }, requires)).plan.pythons).toEqual(pythons);
  });

  test.each([
    [
      'markers for a system beside those',
      pipfile({ default: { a: pin({ os_markers: 'here' }) } }),
      {},
      '`os_markers`',
    ],
    [
      'two versions at once',
      pipfile({ default: { a: pin() }, x: { a: pin({ version: '==2' }) } }),
      { only: ['default', 'x'] },
      'two of `a`',
    ],
    ['no default', pipfile({ develop: {} }), {}, 'has no group or extra `default`'],
  ])('%s is refused', (_, text, options, words) => {
    expect(() => selected('pipenv', text, options)).toThrow(words);
  });
});

describe('requirements', () => {
  const HASH = `--hash=sha256:${SHA256}`;

  test('each line is for where its marker holds', () => {
    const text = `a==1 ${HASH}\nb==1 ; here \\\n  ${HASH} # via a\nc==1;there ${HASH}\nd[x,y]==1 ; there ${HASH}\nd==1 ; here ${HASH}\n-e ./e ; there\nf @ https://x.example/f.zip ; there\n`;
    expect(selected('requirements', text, { holding: ['here'] })).toEqual(['a 1', 'b 1', 'd 1']);
    expect(selected('requirements', text, { holding: ['there'] })).toEqual([
      'a 1',
      'c 1',
      'd 1',
      'e undefined',
      'f undefined',
    ]);
  });

  test('two versions at once are refused', () => {
    const text = `a==1 ; here ${HASH}\na==2 ; there ${HASH}\n`;
    expect(selected('requirements', text, { holding: ['there'] })).toEqual(['a 2']);
    expect(() => selected('requirements', text, { holding: ['here', 'there'] })).toThrow('two of `a`');
  });

  test('what begins as a marker and goes on as something else is no marker', () => {
    for (const marker of ['', '?'])
      expect(() => selected('requirements', `a==1 ;${marker === '' ? ' ?' : marker} ${HASH}\n`)).toThrow(
        'cannot be read',
      );
  });
});

describe('real locks', () => {
  const DEFAULT = [
    'attrs',
    'certifi',
    'click',
    'idna',
    'of-git',
    'of-path',
    'pysocks',
    'sniffio',
    'typing-extensions',
    'urllib3',
    'zope-interface',
  ];
  const MACHINES: readonly (readonly [string, Answers, readonly string[]])[] = [
    ['Linux, 3.12', machine(false, 12), []],
    ['Linux, 3.10', machine(false, 10), ['tomli']],
    ['Windows, 3.10', machine(true, 10), ['colorama', 'tomli']],
  ];

  test.each(MACHINES)('%s gets the same of every one', (_, answers, more) => {
    for (const path of ['uv/uv.lock', 'poetry/poetry.lock', 'pdm/pdm.lock', 'pdm/pdm.static.lock'])
      expect([path, installed(path, answers, { only: ['default'] })]).toEqual([
        path,
        sorted(...DEFAULT, ...more),
      ]);
    // It was made on Linux, and has nothing for Windows.
    expect(installed('pipenv/Pipfile.lock', answers)).toEqual(
      sorted(...DEFAULT, ...more.filter((name) => name !== 'colorama')),
    );
    expect(installed('uv/requirements.txt', answers)).toEqual(
      sorted(...DEFAULT, ...more, 'iniconfig', 'snowballstemmer', 'tabulate'),
    );
  });

  test.each<[string, readonly string[]]>([
    ['uv/uv.lock', ['iniconfig']],
    ['poetry/poetry.lock', ['iniconfig', 'snowballstemmer']],
    ['pdm/pdm.lock', ['iniconfig', 'snowballstemmer', 'tabulate']],
    ['pipenv/Pipfile.lock', []],
    ['pip-tools/requirements.txt', ['iniconfig', 'snowballstemmer', 'tabulate']],
  ])('%s: what its tool installs by itself', (path, more) => {
    expect(installed(path, machine(false, 12), { pyproject: '' })).toEqual(sorted(...DEFAULT, ...more));
  });

  test.each(['uv/uv.lock', 'poetry/poetry.lock', 'pdm/pdm.lock', 'pipenv/Pipfile.lock'])(
    '%s: an extra and a group',
    (path) => {
      expect(installed(path, machine(false, 12), { only: ['cli', 'docs'] })).toEqual([
        'snowballstemmer',
        'tabulate',
      ]);
    },
  );
});

test('what was left out of the check is not installed, whatever needs it', () => {
  const plan: InstallPlan = {
    source: 'lock',
    pythons: [],
    environments: [],
    nodes: [{ name: 'a', place: undefined, project: undefined, needs: [], extras: new Map() }],
    needs: [{ node: 0, marker: undefined, extras: [] }],
    projects: [],
  };
  expect(() => selectPackages(plan, where())).toThrow('needs `a`, which `--only` left out of the check');
});
