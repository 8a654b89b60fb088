/** How pip is configured on this machine, and what is for which command of pip: read as pip reads it, without running it. */
export { readPipDefaults, type PipDefaults, type PipEnvironment } from './configuration.ts';
export {
  refuseConfiguredRequirements,
  splitInstallArguments,
  targetPython,
  type InstallArguments,
} from './install-arguments.ts';
export { readInstalledArguments, type InstalledArguments } from './installed-arguments.ts';
export { readLockArguments, type LockArguments } from './lock-arguments.ts';
export {
  argumentsForPipAlone,
  namedValues,
  optionWithoutValue,
  parsePipOptions,
  type PipOption,
} from './options.ts';
export { readRequirementsFile } from './requirements-file.ts';
