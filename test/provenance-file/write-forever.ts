/** Run as a process of its own, to be killed: writes two texts to a provenance file by turns, and says when it has begun. */
import { writeProvenanceFile } from '../../src/provenance-file/write.ts';

const [path = '', first = '', second = '', repeat = '1'] = process.argv.slice(2);
const texts = [first, second].map((line) => `${line}\n`.repeat(Number(repeat)));
let [current = '', next = ''] = texts;
for (let turn = 0; ; turn += 1) {
  await writeProvenanceFile(path, next, current);
  [current, next] = [next, current];
  if (turn === 0) process.stdout.write('begun\n');
}
