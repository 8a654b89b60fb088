#!/usr/bin/env node
// Starts the program in dist, and nothing else. Only what the oldest Node with ES modules can parse may stand here,
// so that somebody with an old Node reads one clear line and not a dependency's syntax error.
const FLOOR = [22, 22, 2];
const running = process.versions.node.split('.').map(Number);
const difference = FLOOR.map((part, i) => running[i] - part).find((d) => d !== 0) || 0;

if (difference < 0) {
  process.stderr.write(
    'error: provpin needs Node.js `' +
      FLOOR.join('.') +
      '` or newer, and this is `' +
      process.versions.node +
      '`\n' +
      'hint: install a current Node.js: https://nodejs.org/en/download\n',
  );
  process.exitCode = 2;
} else {
  import('../dist/provpin.js')
    .then(({ run }) => run(process.argv.slice(2)))
    .then((exitCode) => {
      process.exitCode = exitCode;
    })
    .catch((error) => {
      // Not 1, which says that there are findings.
      process.exitCode = 3;
      process.stderr.write(
        'error: provpin cannot be started: ' +
          error.message +
          '\n' +
          'hint: in a clone, `npm ci` builds it\n',
      );
    });
}
