import type { PublisherKind } from './contract.ts';
import { type Forge, identifyRepository, repositoryPath } from './forge.ts';
import { compareMembers, publisherClaim } from './publisher-claim.ts';

/** Owners have no dots; those of enterprises have an underscore. */
const OWNER = /^[A-Za-z0-9_-]{1,39}$/;
const REPOSITORY = /^(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}$/i;

const FORGE: Forge = {
  kind: 'GitHub',
  origin: 'https://github.com/',
  isRepositoryPath: (path) => {
    const [owner = '', repository = '', ...rest] = path.split('/');
    return rest.length === 0 && OWNER.test(owner) && REPOSITORY.test(repository);
  },
  separator: '/.github/workflows/',
  isWorkflow: (workflow) => /^[^/]+$/.test(workflow),
};

/** GitHub Actions. The claim is that of `pypi_attestations.GitHubPublisher`; PyPI keeps environments in lower case. */
export const github: PublisherKind = {
  kind: 'GitHub',
  claimKind: 'GitHub',
  issuer: 'https://token.actions.githubusercontent.com',
  identify: (claims) => identifyRepository(FORGE, claims),
  compareClaim: (claim, identity) => {
    const { workflow, environment } = identity.attributes;
    return compareMembers(claim, {
      repository: { value: repositoryPath(FORGE, identity), ignoreCase: true },
      workflow: { value: workflow },
      // Certificates of before this claim (.23) was introduced cannot tell.
      ...(environment === undefined ? {} : { environment: { value: environment, ignoreCase: true } }),
    });
  },
  toClaim: (identity) => {
    const { workflow, environment } = identity.attributes;
    return publisherClaim('GitHub', { repository: repositoryPath(FORGE, identity), workflow, environment });
  },
};
