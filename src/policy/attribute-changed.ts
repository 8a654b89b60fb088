import type { AttributeChange } from './compare.ts';
import type { Rule } from './contract.ts';
import { encodeAttributeValue } from '../provenance-file/attribute-value.ts';
import { packageFinding } from './finding.ts';
import { signersOf } from './signers.ts';
import { quoted, spellEntry } from './spelling.ts';

export const attributeChanged: Rule = {
  id: 'attribute-changed',
  summary: 'the recorded publisher, but a recorded attribute differs',
  scope: 'package',
  judge: (input) =>
    signersOf(input).flatMap(({ example: { nearest, observed }, files }) => {
      if (nearest?.relation.kind !== 'attribute-changed') return [];
      const { entry, relation } = nearest;
      return [
        packageFinding(input.package, {
          rule: 'attribute-changed',
          level: 'error',
          what: `is signed by the recorded publisher, but ${relation.changes.map(spellChange).join(', ')}`,
          files,
          help: `find out why the project releases in another way now; then change the entry, or ${quoted(`--accept ${input.package.name}`)}`,
          recorded: spellEntry(entry),
          observed,
          entry,
        }),
      ];
    }),
};

function spellChange({ attribute, recorded, observed }: AttributeChange): string {
  const found = observed === undefined ? 'not there' : quoted(encodeAttributeValue(observed));
  return `${quoted(attribute)} is ${found} and not ${quoted(encodeAttributeValue(recorded))}`;
}
