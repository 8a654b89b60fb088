import { expect, test } from 'vitest';

import { pulpUserOf } from '../../src/attestation/pulp-user.ts';

test.each([
  [{ kind: 'Pulp User', prn: 'prn:auth.user:111' }, 'prn:auth.user:111'],
  [
    { kind: 'Pulp User', prn: 'prn:auth.user:019aeb59-34bb-7ae4-ab95-4f8a62199be9' },
    'prn:auth.user:019aeb59-34bb-7ae4-ab95-4f8a62199be9',
  ],
  [{ kind: 'Pulp User', prn: 'prn:auth.user:1\u001B[2K' }, undefined],
  [{ kind: 'Pulp User', prn: 'prn:auth.user:1 signed by acme' }, undefined],
  [{ kind: 'Pulp User', prn: 111 }, undefined],
  [{ kind: 'Pulp User' }, undefined],
  [{ kind: 'GitHub', prn: 'prn:auth.user:111' }, undefined],
  [undefined, undefined],
])('%j', (claim, expected) => {
  expect(pulpUserOf(claim)).toBe(expected);
});
