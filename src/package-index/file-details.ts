import type { FileDetails } from './contract.ts';

/** The details of a file in a page in JSON (PEP 691), whatever its members are. What is not well-formed counts as not said. */
export function jsonDetails(file: Readonly<Record<string, unknown>>): FileDetails {
  const size = file['size'];
  const metadata = file['core-metadata'] ?? file['dist-info-metadata'];
  const hash =
    typeof metadata === 'object' && metadata !== null && 'sha256' in metadata ? metadata.sha256 : '';
  return details({
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined,
    requiresPython: file['requires-python'],
    yanked: file['yanked'],
    metadataSha256: hash,
  });
}

/** The same of an anchor of a page in HTML (PEP 503, 592, 658). */
export function htmlDetails(attributes: ReadonlyMap<string, string>): FileDetails {
  const metadata = attributes.get('data-core-metadata') ?? attributes.get('data-dist-info-metadata') ?? '';
  const yanked = attributes.get('data-yanked');
  return details({
    size: undefined,
    requiresPython: attributes.get('data-requires-python'),
    yanked: yanked === '' ? true : yanked,
    metadataSha256: /^sha256=(.*)$/su.exec(metadata)?.[1] ?? '',
  });
}

function details(said: {
  readonly size: number | undefined;
  readonly requiresPython: unknown;
  readonly yanked: unknown;
  readonly metadataSha256: unknown;
}): FileDetails {
  const { size, requiresPython, yanked } = said;
  const metadataSha256 = sha256Of(said.metadataSha256);
  return {
    ...(size === undefined ? {} : { size }),
    ...(typeof requiresPython === 'string' && requiresPython !== '' ? { requiresPython } : {}),
    ...(yanked === true || (typeof yanked === 'string' && yanked !== '') ? { yanked } : {}),
    ...(metadataSha256 === undefined ? {} : { metadataSha256 }),
  };
}

/** A sha256 as an index spells it, in lower case; undefined for anything else. */
export function sha256Of(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return /^[0-9a-f]{64}$/u.test(text) ? text : undefined;
}
