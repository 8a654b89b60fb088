/** Where files and their provenance are, as pip is configured on this machine. */
export { limitConcurrency } from './concurrency.ts';
export { cacheDirectory } from './cache-directory.ts';
export { useForGlobalFetch } from './global-fetch.ts';
export { readIndexConfiguration } from './index-configuration.ts';
export { createPackageIndex } from './package-index.ts';
export { createKeyring } from './keyring.ts';
