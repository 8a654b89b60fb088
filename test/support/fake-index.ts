import type { PackageIndex } from '../../src/package-index/contract.ts';

const notAsked = async () => Promise.reject(new Error('this is not to be asked'));

/** Indexes that answer as they are told to, for what asks them; everything else is not to be asked. */
export function fakeIndex(answers: Partial<PackageIndex>): PackageIndex {
  return {
    findProvenance: notAsked,
    locateFile: notAsked,
    hashArtifact: notAsked,
    listFiles: notAsked,
    readArtifact: notAsked,
    saveArtifact: notAsked,
    fetchArtifact: notAsked,
    remember: async () => Promise.resolve(),
    close: async () => Promise.resolve(),
    ...answers,
  };
}
