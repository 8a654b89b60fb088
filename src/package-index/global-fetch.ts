import type { IndexConfiguration } from './contract.ts';
import { timeoutsFor } from './http-client.ts';
import { createDispatcher } from './http-exchange.ts';

/** To one origin at once. */
const CONNECTIONS = 4;

/**
 * From here on the `fetch` of Node.js, in this process, goes the way that https goes to an index: by the same proxies, with
 * the same certificate authorities. For libraries that fetch by themselves (the TUF client) and take no settings.
 *
 * What belongs to an index alone is not used: no credentials, no client certificate, and no `--trusted-host`, so that every
 * certificate is checked.
 *
 * @returns ends what is on its way, and every connection
 */
export async function useForGlobalFetch(configuration: IndexConfiguration): Promise<() => Promise<void>> {
  const { setGlobalDispatcher } = await import('./undici.ts');
  const options = { timeouts: timeoutsFor(configuration), connections: CONNECTIONS };
  const dispatcher = await createDispatcher(configuration, options, {
    secure: true,
    checked: true,
    showClientCertificate: false,
  });
  setGlobalDispatcher(dispatcher);
  return async () => await dispatcher.destroy();
}
