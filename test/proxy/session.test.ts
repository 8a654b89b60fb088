/** What a session says of files that could not be decided, and what it forgets. */
import { expect, test } from 'vitest';

import type { ProvenanceLookup } from '../../src/package-index/contract.ts';
import type { AskedFile } from '../../src/proxy/contract.ts';
import { createSession } from '../../src/proxy/session.ts';
import { fakeIndex } from '../support/fake-index.ts';

const fileOf = (project: string): AskedFile => ({
  project,
  filename: `${project}-1.0.tar.gz`,
  sha256: 'a5'.repeat(32),
});
const widget = fileOf('widget');
const ABSENT: ProvenanceLookup = { kind: 'absent', indexes: [], reason: 'none' };
const UNAVAILABLE: ProvenanceLookup = { kind: 'unavailable', cause: 'refused', reason: 'status 403' };

/** A session before an index that gives one lookup after the other, and the last one for ever. */
function begin(...lookups: readonly ProvenanceLookup[]) {
  const asked: string[] = [];
  const refused: string[] = [];
  const failures: string[] = [];
  const ending = new AbortController();
  const session = createSession({
    index: fakeIndex({
      findProvenance: async ({ name }) => {
        asked.push(name);
        return Promise.resolve(lookups[asked.length - 1] ?? lookups.at(-1) ?? ABSENT);
      },
    }),
    verifier: async () => Promise.reject(new Error('nothing is signed')),
    cacheAnswers: () => false,
    entries: [],
    terms: { tofu: true, strict: false, pins: [], acceptUnsigned: true },
    today: () => '2026-06-01',
    signal: ending.signal,
    onRefusal: (file, { rule }) => refused.push(`${file.project}: ${rule}`),
    onFailure: (message) => failures.push(message),
  });
  return { session, asked, refused, failures, ending };
}

test('a file that nobody could serve provenance of is not let through, although no rule is broken', async () => {
  const { session, refused } = begin({ kind: 'not-covered', reason: 'from a directory' });
  expect(await session.admit(widget)).toEqual({ kind: 'unavailable', reason: 'it could not be checked' });
  expect(refused).toEqual([]);
});

test('what could not be checked is checked anew, and what was admitted is not', async () => {
  const { session, asked } = begin(UNAVAILABLE, ABSENT);
  expect(await session.admit(widget)).toEqual({
    kind: 'unavailable',
    reason:
      '`widget` 1.0 could not be checked, since its index refused to answer: `widget-1.0.tar.gz`: status 403',
  });
  expect(await session.admit(widget)).toEqual({ kind: 'admitted' });
  expect(await session.admit(widget)).toEqual({ kind: 'admitted' });
  expect(asked).toEqual(['widget', 'widget']);
});

test('what could not be had or checked is said once, however often it is tried', async () => {
  const { session, failures, ending } = begin(UNAVAILABLE);
  for (let times = 0; times < 3; times += 1) {
    await session.admit(widget);
    session.missed('the page of `gadget`', 'status 500');
    session.had('the page of `gadget`');
  }
  session.missed('/simple/\u{9b}2J', 'a bug');
  ending.abort();
  session.missed('the page of `late`', 'aborted');
  expect(failures).toEqual([
    '`widget` 1.0 could not be checked, since its index refused to answer: `widget-1.0.tar.gz`: status 403',
    'the page of `gadget` could not be had: status 500',
    '/simple/\\u{9b}2J could not be had: a bug',
  ]);
});

test('a file that is asked for twice at once is decided once', async () => {
  const { session, asked } = begin(ABSENT);
  expect(await Promise.all([session.admit(widget), session.admit(widget)])).toEqual([
    { kind: 'admitted' },
    { kind: 'admitted' },
  ]);
  expect(asked).toEqual(['widget']);
});

test('a file that was condemned is refused from then on, and nothing is recorded of it', async () => {
  const { session, refused } = begin(ABSENT);
  await session.admit(widget);
  const denial = session.condemn(widget, 'it has other bytes');
  expect(denial).toMatchObject({ kind: 'refused', rule: 'attestation-invalid' });
  expect(await session.admit(widget)).toEqual(denial);
  expect(refused).toEqual(['widget: attestation-invalid']);
  expect(session.conclude().judgement).toMatchObject({ outcome: 'findings', additions: [] });
});

test('only a file that was asked for counts as delivered', async () => {
  const { session } = begin(ABSENT);
  await session.admit(widget);
  session.delivered(fileOf('gadget'));
  session.delivered({ ...widget, sha256: 'b6'.repeat(32) });
  expect(session.conclude()).toMatchObject({ delivered: 0, packages: [{ name: 'widget' }] });
  session.delivered(widget);
  expect(session.conclude().delivered).toBe(1);
});

test('what ends with the session says nothing about a file', async () => {
  const { session, ending } = begin(ABSENT);
  const admission = session.admit(widget);
  ending.abort();
  expect(await admission).toEqual({ kind: 'unavailable', reason: 'the proxy is ending' });
  session.missed('the page of `gadget`', 'aborted');
  expect(session.conclude()).toMatchObject({ packages: [], missed: new Map() });
});

test('what was missed counts until it was had', () => {
  const { session } = begin(ABSENT);
  session.missed('the page of `gadget`', 'status 500');
  session.missed('the page of `widget`', 'status 500');
  session.had('the page of `gadget`');
  expect([...session.conclude().missed]).toEqual([['the page of `widget`', 'status 500']]);
});

test('a session knows 20,000 files, and is incomplete when another one is asked for', async () => {
  const { session, asked } = begin(ABSENT);
  for (let i = 1; i < 20_000; i += 1) session.condemn(fileOf(`p${i}`), 'it has other bytes');
  expect(await session.admit(widget)).toEqual({ kind: 'admitted' });
  const reason = 'this session has been asked for 20000 files: start another one';
  expect(await session.admit(fileOf('gadget'))).toEqual({ kind: 'unavailable', reason });
  expect(asked).toEqual(['widget']);
  const { packages, missed } = session.conclude();
  expect(packages).toHaveLength(20_000);
  expect([...missed]).toEqual([['another file', reason]]);
});
