import type { ChangeKind } from '../policy/change-kinds.ts';

/** What a reviewer should ask of a kind of change, as docs/reviewing.md has it; of some there is nothing to ask. */
export const QUESTIONS: Readonly<Partial<Record<ChangeKind, string>>> = {
  recreated: 'Does the project itself say so? Expect an attack until it does.',
  replaced: 'Did the project announce it, somewhere other than the index?',
  'unsigned-instead': 'Why would they stop signing? A stolen upload token looks exactly like this.',
  removed: 'Is the dependency gone, too?',
  alternative: 'Who needs both?',
  'unsigned-beside': 'For one version, and until when?',
  transferred: 'By the people you trusted, and to whom?',
  'ids-dropped': 'Nothing needs this. Why?',
  'attribute-dropped': 'Did the release process change?',
  'attribute-loosened': 'Did the release process change?',
  'version-widened': 'Was the exception meant to stay?',
  'until-extended': 'What was to happen until then?',
  renamed: 'Does the old name lead there?',
  'signed-now': "Is it the project's own? It is a first use.",
  'attribute-changed': 'Did the release process change?',
  'attribute-added': 'Is it what the releases have?',
  'attribute-tightened': 'Is it what the releases have?',
  'unsigned-new': 'Would a signed alternative do?',
  'first-use': "Is this the project's own repository? Its documentation should say so, not the index.",
};
