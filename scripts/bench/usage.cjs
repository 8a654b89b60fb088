// Preloaded into what is measured: leaves behind what it used of the machine, threads included.
const { readFileSync, writeFileSync } = require('node:fs');
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpu = (userCPUTime + systemCPUTime) / 1000;
  writeFileSync(
    process.env.PROVPIN_BENCH_USAGE,
    JSON.stringify({ cpu, memory: (ownPeak() ?? maxRSS) / 1024 }),
  );
});

// Linux counts what the starting program had in memory towards the maxRSS of what it starts.
function ownPeak() {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes);
  } catch {
    return undefined;
  }
}
