import type { PublisherKind } from './contract.ts';
import { identified, invalid, quoted } from './identification.ts';
import { compareMembers, publisherClaim } from './publisher-claim.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const PIPELINE_DEFINITION = new RegExp(
  `^https://circleci\\.com/api/v2/projects/(?<project>${UUID})/pipeline-definitions/(?<definition>${UUID})$`,
);

/**
 * CircleCI. Its certificates name a project's pipeline definition, which is what signs; the repository (.12), which they
 * name without a scheme and not always, is whatever the definition was told to build. The claim is that of
 * `pypi_attestations.CircleCIPublisher`.
 */
export const circleci: PublisherKind = {
  kind: 'CircleCI',
  claimKind: 'CircleCI',
  issuer: 'https://oidc.circleci.com',
  identify: ({ buildSignerUri, subjectAlternativeName: { type, value } }) => {
    if (buildSignerUri === undefined || !PIPELINE_DEFINITION.test(buildSignerUri)) {
      return invalid(
        `its Build Signer URI ${quoted(buildSignerUri)} is not a pipeline definition of CircleCI`,
      );
    }
    if (type !== 'uri' || value !== buildSignerUri) {
      return invalid(
        `its subject alternative name ${quoted(value)} is not its Build Signer URI ${quoted(buildSignerUri)}`,
      );
    }
    return identified({ kind: 'CircleCI', uri: buildSignerUri, attributes: {} });
  },
  compareClaim: (claim, { uri }, { sourceRepositoryUri, sourceRepositoryRef }) => {
    const ids = PIPELINE_DEFINITION.exec(uri)?.groups;
    return compareMembers(claim, {
      project_id: { value: ids?.['project'] },
      pipeline_definition_id: { value: ids?.['definition'] },
      vcs_origin: { value: sourceRepositoryUri },
      vcs_ref: { value: sourceRepositoryRef },
    });
  },
  toClaim: ({ uri }) => {
    const ids = PIPELINE_DEFINITION.exec(uri)?.groups;
    return publisherClaim('CircleCI', {
      project_id: ids?.['project'],
      pipeline_definition_id: ids?.['definition'],
    });
  },
};
