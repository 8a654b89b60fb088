import type { PublisherKind } from './contract.ts';
import { type Forge, identifyRepository, repositoryPath } from './forge.ts';
import { compareMembers, publisherClaim } from './publisher-claim.ts';

/** A namespace or project (`Gitlab::PathRegex`): it does not begin with a hyphen, nor end with a dot, `.git` or `.atom`. */
const SEGMENT = /^(?!-)(?!.*(?:\.git|\.atom|\.)$)[A-Za-z0-9._-]{1,255}$/i;
/** A group, at most twenty levels of subgroups, and the project. */
const MAX_DEPTH = 22;

const FORGE: Forge = {
  kind: 'GitLab',
  origin: 'https://gitlab.com/',
  isRepositoryPath: (path) => {
    const segments = path.split('/');
    return (
      segments.length >= 2 && segments.length <= MAX_DEPTH && segments.every((part) => SEGMENT.test(part))
    );
  },
  separator: '//',
  isWorkflow: (workflow) => workflow !== '' && !workflow.startsWith('/'),
};

/** GitLab CI/CD of gitlab.com; a workflow is the path of a CI configuration. The claim is that of `pypi_attestations.GitLabPublisher`. */
export const gitlab: PublisherKind = {
  kind: 'GitLab',
  claimKind: 'GitLab',
  issuer: 'https://gitlab.com',
  identify: (claims) => identifyRepository(FORGE, claims),
  compareClaim: (claim, identity) => {
    const { workflow, environment } = identity.attributes;
    return compareMembers(claim, {
      repository: { value: repositoryPath(FORGE, identity), ignoreCase: true },
      workflow_filepath: { value: workflow },
      // Certificates of before this claim (.23) was introduced cannot tell.
      ...(environment === undefined ? {} : { environment: { value: environment, ignoreCase: true } }),
    });
  },
  toClaim: (identity) => {
    const { workflow, environment } = identity.attributes;
    const repository = repositoryPath(FORGE, identity);
    return publisherClaim('GitLab', { repository, workflow_filepath: workflow, environment });
  },
};
