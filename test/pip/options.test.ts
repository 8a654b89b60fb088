import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argumentsForPipAlone, canonicalLongOption, parsePipOptions } from '../../src/pip/options.ts';

const option = (name: string, value = '') => ({ name, value });

describe('parsePipOptions', () => {
  test.each([
    [['--index-url', 'U'], [option('--index-url', 'U')]],
    [['--index-url=U=V'], [option('--index-url', 'U=V')]],
    [['--pypi-url', 'U'], [option('--index-url', 'U')]],
    [['-i', 'U'], [option('--index-url', 'U')]],
    [['-iU'], [option('--index-url', 'U')]],
    [['-vqiU'], [option('--verbose'), option('--quiet'), option('--index-url', 'U')]],
    [
      ['-vi', 'U'],
      [option('--verbose'), option('--index-url', 'U')],
    ],
    [['--index', 'U'], [option('--index-url', 'U')]],
    [['--extra', 'U'], [option('--extra-index-url', 'U')]],
    [['--no-ind'], [option('--no-index')]],
    [
      ['--cert', 'a', '--client-cert', 'b'],
      [option('--cert', 'a'), option('--client-cert', 'b')],
    ],
    // Ambiguous for pip, which stops.
    [['--c', 'a'], []],
    [['--index-url', 'U', '--', '--no-index'], [option('--index-url', 'U')]],
    [['--constraint', '--no-index', 'requests'], [option('--constraint', '--no-index')]],
    [['-C', '-i', 'requests'], [option('--config-settings', '-i')]],
    [
      ['requests', '-r', 'a.txt', '-rb.txt'],
      [option('--requirement', 'a.txt'), option('--requirement', 'b.txt')],
    ],
    [['--unheard-of', '--isolated', '-Z'], [option('--isolated')]],
    [['--index-url'], [option('--index-url', '')]],
    [['-', ''], []],
    [
      ['-i', '--', '--no-index'],
      [option('--index-url', '--'), option('--no-index')],
    ],
  ])('%j', (args, expected) => {
    expect(parsePipOptions(args)).toEqual(expected);
  });

  test('any arguments are taken', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.string().map((text) => `--${text}`),
          ),
        ),
        (args) => {
          expect(parsePipOptions(args).length).toBeLessThanOrEqual(args.join('').length);
        },
      ),
    );
  });
});

describe('argumentsForPipAlone', () => {
  test.each([
    [[], []],
    [['-i', 'U', '--trusted-host=h', '--timeout', '1', '--no-index', '-fdir'], []],
    [
      ['requests', '-i', 'U', 'idna'],
      ['requests', 'idna'],
    ],
    [
      ['-r', 'a.txt', '--pre', '--strct'],
      ['-r', '--pre', '--strct'],
    ],
    [['-qi', 'U'], ['-qi']],
    [
      ['-i', 'U', '--', '-i'],
      ['--', '-i'],
    ],
  ])('%j', (args, rest) => {
    expect(argumentsForPipAlone(args)).toEqual(rest);
  });
});

test('canonicalLongOption', () => {
  expect(canonicalLongOption('--pypi-url')).toBe('--index-url');
  expect(canonicalLongOption('--index')).toBeUndefined();
});
