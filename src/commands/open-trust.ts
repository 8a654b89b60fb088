import type { KeyOption, TrustedKey } from '../attestation/trusted-keys.ts';
import type { Entry } from '../model.ts';
import type { IndexConfiguration } from '../package-index/contract.ts';
import { useForGlobalFetch } from '../package-index/index.ts';
import { printable } from '../printable.ts';
import type { CommandContext } from './contract.ts';
import type { Settings } from './settings.ts';
import { createTrust, type Trust } from './trust.ts';

/** How the TUF repository is reached, and where its state is kept. */
interface TrustSources {
  readonly configuration: IndexConfiguration;
  readonly cacheDir: string | undefined;
}

/**
 * Where signatures are to be expected the trusted root will be needed, and is refreshed while pip resolves. One that is named
 * is read at once, so that a typing error shows before the first signature does.
 */
export async function openTrust(
  context: CommandContext,
  entries: readonly Entry[],
  { configuration, cacheDir }: TrustSources,
): Promise<Trust> {
  const { settings, warn } = context;
  const connect = async (): Promise<() => Promise<void>> =>
    settings.trustedRoot === 'tuf' && !settings.offline
      ? await useForGlobalFetch(configuration)
      : async () => {};
  const keys = await loadKeys(settings.keys);
  warnOfUnboundKeys(settings, configuration, warn);
  const options = {
    connect,
    keys,
    offline: settings.offline,
    ...(cacheDir === undefined ? {} : { cacheDir }),
  };
  const trust = createTrust(settings.trustedRoot, options, warn);
  if (settings.trustedRoot !== 'tuf') await trust.verifier();
  else if (settings.tofu || entries.some(({ identity }) => identity !== 'unsigned')) trust.prepare();
  return trust;
}

/** Not loaded when there are none. */
async function loadKeys(options: readonly KeyOption[]): Promise<readonly TrustedKey[]> {
  if (options.length === 0) return [];
  const { loadTrustedKeys } = await import('../attestation/trusted-keys.ts');
  return await loadTrustedKeys(options);
}

/** With several indexes, whoever has a key that is bound to nothing can vouch for the packages of all of them. */
function warnOfUnboundKeys(
  { keys }: Settings,
  { indexes }: IndexConfiguration,
  warn: (line: string) => void,
): void {
  const unbound = indexes.length > 1 ? keys.find(({ name }) => name === undefined) : undefined;
  if (unbound === undefined) return;
  const file = printable(unbound.file, 200);
  warn(
    `\`--key ${file}\` is for the packages of every index; \`--key NAME=${file}\` binds it to some, or to an index`,
  );
}
