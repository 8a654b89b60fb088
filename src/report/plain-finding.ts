import type { Finding } from '../model.ts';
import { exact, printable } from '../printable.ts';

/** A finding as lines for media that show plain text: what is wrong, recorded and observed, what to do. */
export function plainFinding({ message, recorded, observed, help }: Finding): readonly string[] {
  return [
    printable(message),
    ...(recorded === undefined ? [] : [`recorded: ${exact(recorded)}`]),
    ...(observed === undefined ? [] : [`observed: ${exact(observed)}`]),
    `hint: ${printable(help)}`,
  ];
}
