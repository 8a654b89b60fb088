/** Where files and their provenance are, as pip is configured on this machine. */
export { limitConcurrency } from './concurrency.ts';
export { cacheDirectory } from './cache-directory.ts';
export { useForGlobalFetch } from './global-fetch.ts';
export { readIndexConfiguration } from './index-configuration.ts';
export { createPackageIndex } from './package-index.ts';
export { createKeyring } from './keyring.ts';
export {
  refuseConfiguredRequirements,
  splitInstallArguments,
  type InstallArguments,
} from './install-arguments.ts';
export { readInstalledArguments, type InstalledArguments } from './installed-arguments.ts';
export type { PipEnvironment } from './pip-configuration.ts';
export { argumentsForPipAlone, optionWithoutValue } from './pip-options.ts';
