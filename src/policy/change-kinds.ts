/** What a change of an entry does to what is accepted. Worst first: the order in which changes are shown. */
export const EFFECTS = ['weaker', 'changed', 'stricter', 'new', 'same'] as const;

/**
 * `weaker`: something is accepted that was not, or a guard is gone. `changed`: something else is accepted, by intent and to be looked
 * at. `stricter`: less is accepted. `new`: of a name of which nothing was recorded. `same`: neither more nor less.
 */
export type Effect = (typeof EFFECTS)[number];

/** The kinds of change and their effects, gravest first. */
const KINDS = [
  ['recreated', 'weaker'],
  ['replaced', 'weaker'],
  ['unsigned-instead', 'weaker'],
  ['removed', 'weaker'],
  ['alternative', 'weaker'],
  ['unsigned-beside', 'weaker'],
  ['transferred', 'weaker'],
  ['ids-dropped', 'weaker'],
  ['attribute-dropped', 'weaker'],
  ['attribute-loosened', 'weaker'],
  ['version-widened', 'weaker'],
  ['until-extended', 'weaker'],
  ['renamed', 'changed'],
  ['signed-now', 'changed'],
  ['attribute-changed', 'changed'],
  ['version-moved', 'changed'],
  ['version-added', 'changed'],
  ['unsigned-narrowed', 'changed'],
  ['attribute-added', 'stricter'],
  ['attribute-tightened', 'stricter'],
  ['version-narrowed', 'stricter'],
  ['until-shortened', 'stricter'],
  ['alternative-removed', 'stricter'],
  ['unsigned-new', 'new'],
  ['first-use', 'new'],
  ['respelled', 'same'],
  ['redundant', 'same'],
] as const satisfies readonly (readonly [string, Effect])[];

export type ChangeKind = (typeof KINDS)[number][0];

export const CHANGE_KINDS: readonly ChangeKind[] = KINDS.map(([kind]) => kind);

const EFFECT_OF: ReadonlyMap<ChangeKind, Effect> = new Map(KINDS);

export function effectOf(kind: ChangeKind): Effect {
  return EFFECT_OF.get(kind) ?? 'weaker';
}

/** The order of two kinds: the graver one first. */
export function byGravity(a: ChangeKind, b: ChangeKind): number {
  return CHANGE_KINDS.indexOf(a) - CHANGE_KINDS.indexOf(b);
}
