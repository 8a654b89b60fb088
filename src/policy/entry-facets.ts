import type { AttributeName, Entry } from '../model.ts';
import { ATTRIBUTE_NAMES } from '../model.ts';
import { isAllowance } from './allowance.ts';
import type { ChangeKind } from './change-kinds.ts';
import { attributeCovers, compare, coversVersions, type Relation } from './compare.ts';
import { quoted } from './spelling.ts';

/** One way in which a line differs from the one that it was. */
export interface Facet {
  readonly kind: ChangeKind;
  readonly message: string;
}

/**
 * Everything in which an entry differs from the one that it was made of. Unless the old one covers the new one, a facet that is
 * `weaker` or `changed` is among them.
 *
 * @returns never empty
 */
export function facetsOf(before: Entry, after: Entry): readonly Facet[] {
  const facets =
    isAllowance(before) || isAllowance(after) ? unsignedFacets(before, after) : signerFacets(before, after);
  return facets.length > 0 ? facets : [{ kind: 'respelled', message: 'spelled differently, and the same' }];
}

function unsignedFacets(before: Entry, after: Entry): readonly Facet[] {
  if (!isAllowance(before))
    return [
      {
        kind: 'unsigned-instead',
        message: '`unsigned` is acknowledged, where a signer was recorded',
      },
      ...versionFacets(before, after, 'version-narrowed').filter(({ kind }) => kind === 'version-widened'),
    ];
  if (!isAllowance(after))
    return [
      { kind: 'signed-now', message: 'a signer is recorded, where `unsigned` was acknowledged' },
      ...versionFacets(before, after, 'version-narrowed').filter(({ kind }) => kind === 'version-widened'),
    ];
  return [...versionFacets(before, after, 'unsigned-narrowed'), ...untilFacets(before, after)];
}

function signerFacets(before: Entry, after: Entry): readonly Facet[] {
  const { kind } = compare(before, { kind: 'GitHub', uri: after.identity, attributes: after.attributes });
  const origin = originFacets(kind, before, after);
  const version = versionFacets(before, after, 'version-narrowed');
  if (kind === 'different') return [...origin, ...version];
  return [...origin, ...attributeFacets(before, after, origin.length > 0), ...version];
}

function originFacets(relation: Relation['kind'], before: Entry, after: Entry): readonly Facet[] {
  switch (relation) {
    case 'same':
    case 'attribute-changed':
      return [];
    case 'different':
      return [{ kind: 'replaced', message: 'another identity, in the place of the recorded one' }];
    case 'renamed': {
      const isOwned =
        before.attributes['owner-id'] !== undefined && after.attributes['owner-id'] !== undefined;
      const owner = isOwned ? '' : '; whether its owner is the same is not recorded';
      return [{ kind: 'renamed', message: `the same repository under another name${owner}` }];
    }
    case 'transferred':
      return [{ kind: 'transferred', message: 'the same repository with another owner' }];
    case 'recreated':
      return [
        {
          kind: 'recreated',
          message: 'another repository of the same name: it, or its owner, was deleted and made anew',
        },
      ];
  }
}

const IDS: ReadonlySet<AttributeName> = new Set(['repository-id', 'owner-id']);

/** @param isOther whether another id has been spoken of already */
function attributeFacets(before: Entry, after: Entry, isOther: boolean): readonly Facet[] {
  return ATTRIBUTE_NAMES.flatMap((name) => {
    const was = before.attributes[name];
    const is = after.attributes[name];
    if (was === is) return [];
    if (was === undefined) return [added(name, is ?? '')];
    if (is === undefined) return [dropped(name, was)];
    if (IDS.has(name) && isOther) return [];
    const tells = `${quoted(name)} is ${quoted(is)} and was ${quoted(was)}`;
    const [isWider, isNarrower] = [attributeCovers(name, is, was), attributeCovers(name, was, is)];
    if (isWider && isNarrower) return [];
    if (isWider) return [{ kind: 'attribute-loosened', message: `${tells}: more is accepted` }];
    if (isNarrower) return [{ kind: 'attribute-tightened', message: `${tells}: less is accepted` }];
    return [{ kind: 'attribute-changed', message: tells }];
  });
}

function added(name: AttributeName, value: string): Facet {
  return { kind: 'attribute-added', message: `${quoted(`${name}=${value}`)} is asked for now` };
}

const DROPPED_IDS: Readonly<Partial<Record<AttributeName, string>>> = {
  'repository-id': 'a repository made anew under that name would pass',
  'owner-id': 'a new owner would pass',
};

function dropped(name: AttributeName, value: string): Facet {
  const what = `${quoted(`${name}=${value}`)} is not asked for any more`;
  const consequence = DROPPED_IDS[name];
  return consequence === undefined
    ? { kind: 'attribute-dropped', message: what }
    : { kind: 'ids-dropped', message: `${what}: ${consequence}` };
}

function versionFacets(
  before: Entry,
  after: Entry,
  narrowed: Extract<ChangeKind, 'version-narrowed' | 'unsigned-narrowed'>,
): readonly Facet[] {
  const [isWider, isNarrower] = [coversVersions(after, before), coversVersions(before, after)];
  if (isWider && isNarrower) return [];
  const [was, is] = [before.version ?? '', after.version ?? ''];
  if (isWider)
    return [{ kind: 'version-widened', message: `for every version, where it was for ${quoted(was)} only` }];
  if (isNarrower)
    return [{ kind: narrowed, message: `for ${quoted(is)} only, where it was for every version` }];
  return [{ kind: 'version-moved', message: `for ${quoted(is)}, where it was for ${quoted(was)}` }];
}

function untilFacets({ until: was }: Entry, { until: is }: Entry): readonly Facet[] {
  if (was === is) return [];
  if (is === undefined)
    return [{ kind: 'until-extended', message: `without an end, where it ended with ${was ?? ''}` }];
  if (was === undefined)
    return [{ kind: 'until-shortened', message: `ends with ${is}, where it had no end` }];
  const kind = is > was ? 'until-extended' : 'until-shortened';
  return [{ kind, message: `ends with ${is}, where it ended with ${was}` }];
}
