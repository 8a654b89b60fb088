/** As `same-verdicts.test.ts`, of real documents: as they are, as if they were of another file, and changed anywhere. */
import { beforeAll, expect, test } from 'vitest';

import { mutateBytes } from '../../scripts/fuzz/mutate-bytes.ts';
import { mutateDer } from '../../scripts/fuzz/mutate-der.ts';
import { mutateJson } from '../../scripts/fuzz/mutate-json.ts';
import { createRandom } from '../../scripts/fuzz/random.ts';
import { loadTrustedRoot } from '../../src/attestation/trusted-root.ts';
import { readRealFile, REAL_DOCUMENTS, STAGING_DOCUMENTS } from '../support/real-documents.ts';
import { createComparison } from './plain-verifier.ts';

let compare: ReturnType<typeof createComparison>;
beforeAll(async () => {
  compare = createComparison(await loadTrustedRoot('embedded', { offline: true, warn: () => undefined }));
});

const mutate = mutateJson(
  (bytes, random) =>
    mutateDer((content) => mutateBytes(content, [], [content], random))(bytes, random) ??
    mutateBytes(bytes, [], [bytes], random),
);

test.each(Object.entries({ ...REAL_DOCUMENTS, ...STAGING_DOCUMENTS }))(
  'the same verdict of %s',
  async (name, real) => {
    const { provenance, subject } = await readRealFile(real);
    const { kind } = await compare(provenance, subject);
    expect(kind).toBe(name in REAL_DOCUMENTS ? 'verified' : 'invalid');
    await compare(provenance, { ...subject, version: '99' });
    const random = createRandom(7);
    for (let left = 200; left > 0; left -= 1) {
      const changed = mutate(provenance, random);
      if (changed !== undefined) await compare(changed, subject);
    }
    expect((await compare(provenance, subject)).kind).toBe(kind);
  },
);
