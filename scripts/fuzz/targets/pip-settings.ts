import assert from 'node:assert/strict';

import { parseNetrc } from '../../../src/package-index/netrc.ts';
import { parsePipConfigFile } from '../../../src/pip/config-file.ts';
import { assertSame, bytesOf, orInputError, textOf } from '../expected.ts';
import type { FuzzTarget } from '../contract.ts';

/** `pip.conf`. */
export const pipConf: FuzzTarget = {
  name: 'pip-conf',
  seeds: bytesOf(
    '[global]\nindex-url = https://user:secret@index.example/simple\nextra_index_url=\n  https://a.example/simple\n\n  # no\n  https://b.example/simple\n; comment\n[lock]\ntimeout: 60\n[DEFAULT]\n--no-index = 1\n',
  ),
  tokens: ['[global]\n', '[DEFAULT]\n', '[install]\n', 'index-url', ' = ', ':', '\n  ', '--', '_', ';', '#'],
  covers: /\/src\/pip\/config-file/,
  check: (input) => {
    const text = textOf(input);
    const file = orInputError(() => parsePipConfigFile(text, 'pip.conf'));
    for (const section of file?.values() ?? []) {
      for (const [key, value] of section) {
        assert.notEqual(key, '');
        assert.equal(key, key.toLowerCase());
        for (const line of value.split('\n')) assert.ok(text.includes(line.trimEnd()));
      }
    }
  },
};

/** `.netrc`. */
export const netrc: FuzzTarget = {
  name: 'netrc',
  seeds: bytesOf(
    'machine index.example login user password se#cret\n# comment\nmachine "b.example" account a password "x \\" y"\nmacdef init\ncd /\nmachine evil\n\ndefault login anonymous password x@y\n',
  ),
  tokens: [
    'machine ',
    'default ',
    'login ',
    'user ',
    'account ',
    'password ',
    'macdef x\n',
    '\n\n',
    '"',
    '\\',
  ],
  covers: /\/src\/package-index\/netrc/,
  check: (input) => {
    const machines = parseNetrc(textOf(input));
    for (const { host, username, password } of machines) {
      assert.equal(host, host.toLowerCase());
      assert.notEqual(username + password, '');
    }
    // What follows a complete file cannot change what it says, but for one machine more.
    const more = parseNetrc(`machine before.example login x\n${textOf(input)}`);
    if (machines.length > 0)
      assertSame(more.slice(0, machines.length), machines, 'an earlier machine changed it');
  },
};
