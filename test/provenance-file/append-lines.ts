/** Run as a process of its own, at the same time as others: adds lines to a provenance file, and prints those that it wrote. */
import { readFileSync } from 'node:fs';
import { writeProvenanceFile } from '../../src/provenance-file/write.ts';

const [path = '', name = '', count = '0'] = process.argv.slice(2);
for (let i = 0; i < Number(count); i += 1) {
  const previous = readFileSync(path, 'utf8');
  const line = `${name}-${i}\n`;
  const written = await writeProvenanceFile(path, previous + line, previous).then(
    () => true,
    () => false,
  );
  if (written) process.stdout.write(line);
}
