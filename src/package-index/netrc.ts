import type { NetrcMachine } from './contract.ts';

/**
 * The machines of a netrc file, read as Python's `netrc` module reads it (quotes, backslashes, comments, macros), the
 * last of several for one host first, as it wins there. The `default` entry is left out on purpose: it would be sent to
 * whatever host a lock names. As with pip, a file with a mistake in it counts as no file.
 */
export function parseNetrc(text: string): NetrcMachine[] {
  const scanner = scan(text);
  const machines: NetrcMachine[] = [];
  for (let keyword = scanner.keyword(); keyword !== undefined; keyword = scanner.keyword()) {
    if (keyword !== 'machine' && keyword !== 'default') {
      return [];
    }
    const host = keyword === 'machine' ? scanner.value() : '';
    const fields = readFields(scanner);
    if (host === undefined || fields === undefined) {
      return [];
    }
    const { login = '', user = login, account = '', password = '' } = fields;
    const username = user === '' ? account : user;
    if (keyword === 'machine' && (username !== '' || password !== '')) {
      machines.unshift({ host: host.toLowerCase(), username, password });
    }
  }
  return machines;
}

const FIELDS = ['login', 'user', 'account', 'password'] as const;
type Fields = Partial<Record<(typeof FIELDS)[number], string>>;

/** The fields up to the next entry; undefined when there is something else among them. */
function readFields(scanner: Scanner): Fields | undefined {
  const fields: Fields = {};
  for (;;) {
    const next = scanner.peekKeyword();
    if (next === undefined || next === 'machine' || next === 'default') {
      return fields;
    }
    const keyword = scanner.keyword();
    const field = FIELDS.find((name) => name === keyword);
    const value = scanner.value();
    if (field === undefined || value === undefined) {
      return undefined;
    }
    fields[field] = value;
  }
}

interface Scanner {
  /** The next token outside comments and macros. */
  readonly keyword: () => string | undefined;
  readonly peekKeyword: () => string | undefined;
  /** The next token, whatever it is: a password may begin with `#`. */
  readonly value: () => string | undefined;
}

const SPACE = /[\t\r\n ]*/uy;
const TOKEN = /"(?<quoted>(?:\\.|[^"\\])*)"?|(?<bare>(?:\\.|[^\t\r\n \\])+)/suy;
const REST_OF_LINE = /[^\n]*/uy;
/** To the first empty line. */
const MACRO = /(?:[^\n]+\n)*[^\n]*\n?/uy;

function scan(text: string): Scanner {
  let position = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    position = match === null ? position : pattern.lastIndex;
    return match;
  };
  const value = (): string | undefined => {
    take(SPACE);
    const match = take(TOKEN);
    return (match?.groups?.['quoted'] ?? match?.groups?.['bare'])?.replace(/\\(.)/gsu, '$1');
  };
  const keyword = (): string | undefined => {
    for (;;) {
      take(SPACE);
      if (text[position] === '#') {
        take(REST_OF_LINE);
        continue;
      }
      const token = value();
      if (token !== 'macdef') {
        return token;
      }
      take(MACRO);
    }
  };
  const peekKeyword = (): string | undefined => {
    const before = position;
    const token = keyword();
    position = before;
    return token;
  };
  return { keyword, peekKeyword, value };
}
