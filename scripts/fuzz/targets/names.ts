import assert from 'node:assert/strict';

import {
  normalizeVersion,
  parseDistributionFilename,
  sameDistribution,
  sameVersion,
} from '../../../src/distribution-filename.ts';
import { bytesOf, textOf } from '../expected.ts';
import type { FuzzTarget } from '../contract.ts';

/** Filenames and versions, whose equality binds a statement to a file. */
export const names: FuzzTarget = {
  name: 'names',
  seeds: bytesOf(
    'acme_widget-1.0.0-py3-none-any.whl',
    'acme.widget-1!2.0rc1.post2.dev3+local.01-1a-cp312.cp313-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
    'acme-widget-1.0-1.tar.gz',
    'acme_widget-v1.0_alpha.zip',
    '01!1.0-rev3',
  ),
  tokens: [
    '-',
    '_',
    '.',
    '.0',
    '!',
    '+',
    'a',
    'rc',
    'post',
    'dev',
    'v',
    '.whl',
    '.tar.gz',
    '-py3-none-any',
    'acme-widget',
  ],
  covers: /\/src\/distribution-filename/,
  check: (input) => {
    const text = textOf(input);
    const version = normalizeVersion(text);
    if (version !== undefined) {
      assert.equal(normalizeVersion(version), version);
      assert.ok(sameVersion(text, version));
      assert.match(version, /^[0-9a-z!.+]+$/);
    }
    const parsed = parseDistributionFilename(text);
    assert.equal(sameDistribution(text, text), parsed !== undefined);
    if (parsed === undefined) return;
    assert.equal(normalizeVersion(parsed.version), parsed.version);
    assert.match(parsed.name, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  },
};
