/**
 * `npm run bench -- [--quick] [--only TABLE | --write]`: how long provpin takes, beside its peers, on the same documents in the
 * same run. Prints the tables, keeps the figures in reports/bench.json, and with `--write` puts all tables into
 * docs/performance.md, unless a peer is missing. `--quick` is a small part of it, without peers, to see that it runs. Figures that
 * are not all of a run are in files of their own.
 *
 * Worlds of signed files and the peers' environment are kept in node_modules/.cache/provpin-bench.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureChecks, measureGrowth } from './bench/checks.ts';
import type { Measurement, Section } from './bench/contract.ts';
import { openPeers } from './bench/peers.ts';
import { measureProxy } from './bench/proxy.ts';
import { measureStartup } from './bench/startup.ts';
import { measureVerification } from './bench/verifications.ts';
import { toMarkdown, writeTables } from './bench/tables.ts';

const MEASUREMENTS: readonly Measurement[] = [
  { id: 'startup', measure: measureStartup },
  { id: 'verification', measure: measureVerification },
  { id: 'checks', measure: measureChecks },
  { id: 'growth', measure: measureGrowth },
  { id: 'proxy', measure: measureProxy },
];
const CACHE = fileURLToPath(new URL('../node_modules/.cache/provpin-bench', import.meta.url));
const REPORTS = fileURLToPath(new URL('../reports', import.meta.url));

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
const chosen = MEASUREMENTS.filter(({ id }) => (values.only ?? id) === id);
if (values.write && (values.quick || chosen.length < MEASUREMENTS.length))
  throw new Error(
    'what docs/performance.md shows is all of one run: `--write` goes with neither `--only` nor `--quick`',
  );
if (chosen.length === 0) throw new Error(`the tables are ${MEASUREMENTS.map(({ id }) => id).join(', ')}`);
const report = join(
  REPORTS,
  `${['bench', values.only, values.quick ? 'quick' : undefined].filter(Boolean).join('-')}.json`,
);
await mkdir(CACHE, { recursive: true });
const start = performance.now();
const temporary = await mkdtemp(join(tmpdir(), 'provpin-bench-'));
try {
  const peers = values.quick
    ? { kind: 'none' as const, reason: 'without the peers: not asked for with `--quick`' }
    : await openPeers(CACHE);
  if (peers.kind === 'none') refuseMissing(peers.reason);
  const setup = { cache: CACHE, temporary, quick: values.quick, peers };
  const sections: Section[] = [];
  for (const { id, measure } of chosen) {
    const section = { id, ...(await measure(setup)) };
    if (section.missing !== undefined) refuseMissing(section.missing);
    sections.push(section);
    process.stdout.write(`${toMarkdown(section)}\n`);
    process.stderr.write(`${id}: done after ${minutesSince(start)} minutes\n`);
  }
  const machine = {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim(),
    node: process.version,
  };
  const figures = { date: new Date().toISOString(), minutes: minutesSince(start), machine, sections };
  await mkdir(REPORTS, { recursive: true });
  await writeFile(report, `${JSON.stringify(figures, null, 2)}\n`);
  if (values.write) await writeTables(figures);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

/** What is printed may lack a peer, and says so; docs/performance.md compares with all of them. */
function refuseMissing(reason: string): void {
  if (values.write) throw new Error(`docs/performance.md stays as it is: ${reason}`);
}

function minutesSince(time: number): string {
  return ((performance.now() - time) / 60_000).toFixed(1);
}
