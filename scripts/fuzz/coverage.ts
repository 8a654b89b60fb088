import { readFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector';
import { fileURLToPath } from 'node:url';

/** What V8 says has run, by the characters of the sources. */
export interface Coverage {
  /** Characters that have run since the last call and never before; with `keep`, they count as run from now on. */
  readonly news: (keep: boolean) => number;
  /** Characters that have run so far, and those of all sources of which any has. */
  readonly totals: () => { readonly covered: number; readonly total: number };
  readonly stop: () => void;
}

/**
 * @param covers which files count, by their URL
 */
export function createCoverage(covers: RegExp): Coverage {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const sources = new Map<string, Uint8Array>();
  const coveredOf = (url: string): Uint8Array => {
    const known = sources.get(url);
    if (known !== undefined) return known;
    const covered = new Uint8Array(readFileSync(fileURLToPath(url), 'utf8').length);
    sources.set(url, covered);
    return covered;
  };
  return {
    news: (keep) => {
      let count = 0;
      for (const script of takeCoverage(session)) {
        if (script.url.startsWith('file:') && covers.test(script.url))
          count += merge(coveredOf(script.url), script.functions, keep);
      }
      return count;
    },
    totals: () => ({
      covered: [...sources.values()].reduce((sum, source) => sum + countOf(source), 0),
      total: [...sources.values()].reduce((sum, source) => sum + source.length, 0),
    }),
    stop: () => session.disconnect(),
  };
}

/** The inspector answers calls of its own thread before they return. */
function takeCoverage(session: Session): readonly Profiler.ScriptCoverage[] {
  let scripts: readonly Profiler.ScriptCoverage[] = [];
  session.post('Profiler.takePreciseCoverage', (error, { result }) => {
    if (error !== null) throw error;
    scripts = result;
  });
  return scripts;
}

/** A function comes after the one around it, and a range after the one around it; so the innermost is painted last. */
function merge(covered: Uint8Array, functions: readonly Profiler.FunctionCoverage[], keep: boolean): number {
  const now = new Uint8Array(covered.length);
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges)
      now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  let news = 0;
  for (const [at, hasRun] of now.entries()) {
    if (hasRun === 0 || covered[at] === 1) continue;
    news += 1;
    if (keep) covered[at] = 1;
  }
  return news;
}

function countOf(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}
