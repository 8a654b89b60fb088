/** Wheels, read as what they are: somebody else's zip files. */
export type { EntryPoint, Wheel, WheelFile, WheelReading } from './contract.ts';
export { parseCsv } from './record.ts';
export { parseWheelMetadata, type WheelMetadata } from './metadata.ts';
export { readWheel } from './read-wheel.ts';
