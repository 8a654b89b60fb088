import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNetrc } from '../../src/package-index/netrc.ts';

const machine = (host: string, username: string, password: string) => ({ host, username, password });

describe('parseNetrc', () => {
  test.each([
    ['empty', '', []],
    ['one line', 'machine h login u password p', [machine('h', 'u', 'p')]],
    ['many lines', 'machine h\n\tlogin u\n\tpassword p\n', [machine('h', 'u', 'p')]],
    ['upper case host', 'machine H login u password p', [machine('h', 'u', 'p')]],
    ['user and account', 'machine h user u account a password p', [machine('h', 'u', 'p')]],
    ['account without login', 'machine h account a password p', [machine('h', 'a', 'p')]],
    ['password only', 'machine h password p', [machine('h', '', 'p')]],
    ['no secrets', 'machine h', []],
    ['quoted', 'machine h login u password "p q \\" r"', [machine('h', 'u', 'p q " r')]],
    ['backslash', 'machine h login u password p\\ q', [machine('h', 'u', 'p q')]],
    ['comment', '# machine x login y\nmachine h # c\n login u password p', [machine('h', 'u', 'p')]],
    ['password with #', 'machine h login u password #p', [machine('h', 'u', '#p')]],
    ['macro', 'macdef init\ncd /pub\nmachine x\n\nmachine h login u password p', [machine('h', 'u', 'p')]],
    [
      'the last counts first',
      'machine h password 1 machine h password 2',
      [machine('h', '', '2'), machine('h', '', '1')],
    ],
    ['default is not taken', 'default login u password p', []],
    ['default ends an entry', 'machine h password p default login u password q', [machine('h', '', 'p')]],
    ['unknown word', 'machine h login u word p', []],
    ['no value', 'machine h login', []],
    ['no host', 'machine', []],
    ['starts wrongly', 'login u machine h', []],
  ])('%s', (_, text, expected) => {
    expect(parseNetrc(text)).toEqual(expected);
  });

  test('any text is read or counts as none', () => {
    const words = fc.constantFrom(
      'machine',
      'default',
      'login',
      'password',
      'macdef',
      '#',
      '"',
      '\\',
      '\n',
      '\n\n',
      'h',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((list) => list.join(' ')),
        ),
        (text) => {
          expect(Array.isArray(parseNetrc(text))).toBe(true);
        },
      ),
    );
  });
});
