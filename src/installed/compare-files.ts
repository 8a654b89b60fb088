/** Compares files with what they have to be. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { codeOf } from '../errors.ts';
import type { Deviation } from '../model.ts';
import type { ExpectedFile } from './expected.ts';
import type { Layout } from './layout.ts';
import { openWithoutWaiting } from './regular-file.ts';
import { isScriptOf } from './scripts.ts';

export type Compared =
  /** Lower-case hex. */
  | { readonly kind: 'held'; readonly sha256: string }
  | { readonly kind: 'not-there' }
  | { readonly kind: 'deviates'; readonly deviation: Pick<Deviation, 'kind' | 'reason'> };

/** Programs and scripts are small; what is larger is none. */
const MAX_SCRIPT = 2 * 1024 ** 2;

/** Compares one file. Links to files are followed: uv makes such environments, and what counts is what Python reads. */
export async function compareFile(expected: ExpectedFile, layout: Layout): Promise<Compared> {
  let file: FileHandle;
  try {
    file = await openWithoutWaiting(expected.path);
  } catch (error) {
    return unopened(error, expected);
  }
  try {
    const found = await file.stat();
    if (!found.isFile()) return changed('it is no file');
    const { content } = expected;
    if (content.kind === 'same' && found.size !== content.size) return changed();
    if ((content.kind === 'script' || content.kind === 'program') && found.size > MAX_SCRIPT)
      return changed();
    return await compareContent(file, expected, layout);
  } catch (error) {
    return changed(`it cannot be read (${codeOf(error) ?? 'unknown'})`);
  } finally {
    await file.close();
  }
}

function unopened(error: unknown, { isOptional }: ExpectedFile): Compared {
  const code = codeOf(error) ?? 'unknown';
  if (code !== 'ENOENT' && code !== 'ENOTDIR') return changed(`it cannot be read (${code})`);
  return isOptional ? { kind: 'not-there' } : { kind: 'deviates', deviation: { kind: 'missing' } };
}

function changed(reason?: string): Compared {
  return {
    kind: 'deviates',
    deviation: { kind: 'changed', ...(reason === undefined ? {} : { reason }) },
  };
}

async function compareContent(
  file: FileHandle,
  { content }: ExpectedFile,
  layout: Layout,
): Promise<Compared> {
  switch (content.kind) {
    case 'any':
      return { kind: 'held', sha256: '' };
    case 'unchecked':
      return { kind: 'deviates', deviation: { kind: 'unchecked', reason: content.reason } };
    case 'same': {
      const hash = createHash('sha256');
      const stream = file.createReadStream({ autoClose: false }) as AsyncIterable<Uint8Array>;
      for await (const chunk of stream) hash.update(chunk);
      const sha256 = hash.digest('hex');
      return sha256 === content.sha256 ? { kind: 'held', sha256 } : changed();
    }
    case 'script': {
      const bytes = await file.readFile();
      return isScriptOf(content.original, bytes, layout) ? held(bytes) : changed();
    }
    case 'program': {
      const bytes = await file.readFile();
      return content.texts.has(bytes.toString('utf8'))
        ? held(bytes)
        : changed('it is not what installers make of its entry point');
    }
  }
}

function held(bytes: Uint8Array): Compared {
  return { kind: 'held', sha256: createHash('sha256').update(bytes).digest('hex') };
}
