// Builds when npm has installed or packs the package. `npm install --global git+…` (pre-commit does it) takes the installation of
// what the build needs for a global one as well, so that there is none: then it is made here. JavaScript, since it runs
// before there is the Node.js that this package brings for its other scripts.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const npm = (...args) => {
  const { status } = spawnSync('npm', args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
};

if (!existsSync(new URL('../node_modules/typescript', import.meta.url)))
  npm('ci', '--global=false', '--ignore-scripts', '--no-audit', '--no-fund');
npm('run', 'build');
