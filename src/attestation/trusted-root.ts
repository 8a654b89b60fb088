import { readFile } from 'node:fs/promises';

import type { TrustedRoot } from '@sigstore/protobuf-specs';

import { inputError, messageOf } from '../errors.ts';
import { printable } from '../printable.ts';
import { parseTrustedRoot } from './trusted-root-content.ts';
import type { TrustedRootOptions } from './trusted-root-tuf.ts';

export type { TrustedRoot } from '@sigstore/protobuf-specs';
export type { TrustedRootOptions } from './trusted-root-tuf.ts';

/**
 * Loads the keys and certificates that everything else is verified with.
 *
 * @param choice `tuf`: the current one, by Sigstore's TUF repository; when that cannot be reached (or `offline`) the one of the
 *   last run, and without that the embedded one. `embedded`: the one that ships with the Sigstore packages. Anything else: the
 *   path of a `trusted_root.json`
 * @throws ProvpinError: exit code 2 for a file or URL that is no good; exit code 3 (`trusted-root-invalid`) when the TUF
 *   repository answers what does not verify
 */
export async function loadTrustedRoot(choice: string, options: TrustedRootOptions): Promise<TrustedRoot> {
  switch (choice) {
    case 'embedded':
    case 'tuf': {
      // With the TUF client, which a file does without.
      const { readEmbedded } = await import('./trusted-root-embedded.ts');
      const embedded = await readEmbedded();
      if (choice === 'embedded') return embedded.trustedRoot;
      const { trustedRootFromTuf } = await import('./trusted-root-tuf.ts');
      return await trustedRootFromTuf(options, embedded);
    }
    default:
      return await readTrustedRootFile(choice);
  }
}

async function readTrustedRootFile(path: string): Promise<TrustedRoot> {
  const shown = `\`${printable(path)}\``;
  let content: Buffer;
  try {
    content = await readFile(path);
  } catch (error) {
    const hint = 'the choices are `tuf`, `embedded`, and the path of a trusted_root.json';
    throw inputError(
      'trusted-root-unreadable',
      `cannot read the trusted root ${shown}: ${printable(messageOf(error))}`,
      [hint],
      error,
    );
  }
  try {
    return parseTrustedRoot(content);
  } catch (error) {
    throw inputError(
      'trusted-root-malformed',
      `${shown} is not a Sigstore trusted root: ${printable(messageOf(error))}`,
      [],
      error,
    );
  }
}
