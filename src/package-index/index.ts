/** Where files and their provenance are, as pip is configured on this machine. */
export { cacheDirectory } from './cache-directory.ts';
export { readIndexConfiguration } from './index-configuration.ts';
export { createPackageIndex } from './package-index.ts';
export { argumentsForPipAlone } from './pip-options.ts';
