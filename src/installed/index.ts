/** What is installed, held to the wheels that it came from. */
export {
  inspectEnvironment,
  type Inspection,
  type InspectedPackage,
  type InspectOptions,
} from './inspect.ts';
