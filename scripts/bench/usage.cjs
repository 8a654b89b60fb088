// Preloaded into what is measured: leaves behind what it used of the machine, threads included.
const { writeFileSync } = require('node:fs');
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const cpu = (userCPUTime + systemCPUTime) / 1000;
  writeFileSync(process.env.PROVPIN_BENCH_USAGE, JSON.stringify({ cpu, memory: maxRSS / 1024 }));
});
