import type { CertificateClaims } from '../attestation/contract.ts';
import type { Attributes, Identity, IdentityKind } from '../model.ts';
import { isAttributeValue } from '../provenance-file/attribute-value.ts';
import type { Identification } from './contract.ts';
import { identified, invalid, quoted } from './identification.ts';

/** A host of repositories that runs workflows: what GitHub and GitLab have in common, and where they differ. */
export interface Forge {
  readonly kind: IdentityKind;
  /** With the last slash. */
  readonly origin: string;
  /** Whether a path, without slashes at its ends, can be that of a repository. */
  readonly isRepositoryPath: (path: string) => boolean;
  /** What stands between the repository and the workflow in the URI of a workflow. */
  readonly separator: string;
  readonly isWorkflow: (workflow: string) => boolean;
}

/** The URI of a workflow, `REPOSITORY SEPARATOR WORKFLOW@REF`, split where that is unambiguous. */
interface WorkflowUri {
  readonly repository: string;
  /** `WORKFLOW@REF`: both can have `@` in them. */
  readonly rest: string;
}

/**
 * The identity that a forge's certificate proves: the repository whose workflow run signed (.12), never the one that a
 * reusable workflow is of (.9). Fulcio's templates: https://github.com/sigstore/fulcio/blob/main/config/identity/config.yaml
 */
export function identifyRepository(forge: Forge, claims: CertificateClaims): Identification {
  const uri = claims.sourceRepositoryUri;
  if (uri === undefined || !isRepositoryUri(forge, uri)) {
    return invalid(`its Source Repository URI ${quoted(uri)} is not a repository of ${quoted(forge.origin)}`);
  }
  const attributes = attributesOf(forge, uri, claims);
  const problem =
    signerProblem(forge, claims) ??
    workflowProblem(claims, uri, attributes) ??
    idProblem(attributes) ??
    valueProblem(attributes);
  return problem === undefined ? identified({ kind: forge.kind, uri, attributes }) : invalid(problem);
}

/** The path of an identity's repository, as publisher claims have it (`OWNER/REPOSITORY`). */
export function repositoryPath(forge: Forge, { uri }: Identity): string {
  return uri.slice(forge.origin.length);
}

function isRepositoryUri({ origin, isRepositoryPath }: Forge, uri: string): boolean {
  return uri.startsWith(origin) && isRepositoryPath(uri.slice(origin.length));
}

/** The subject alternative name must be the Build Signer URI (.9), and that a workflow of some repository of the forge. */
function signerProblem(forge: Forge, claims: CertificateClaims): string | undefined {
  const { type, value } = claims.subjectAlternativeName;
  const signer = claims.buildSignerUri ?? value;
  if (type !== 'uri' || !isSpelling(value, signer)) {
    return `its subject alternative name ${quoted(value)} is not its Build Signer URI ${quoted(signer)}`;
  }
  if (parseWorkflowUri(forge, signer) !== undefined) return undefined;
  return `its Build Signer URI ${quoted(signer)} is not a workflow of ${quoted(forge.origin)}`;
}

/** Whether text in the subject alternative name, where Fulcio percent-encodes what a URI cannot hold, stands for a claim. */
function isSpelling(uri: string, claim: string): boolean {
  if (uri === claim) return true;
  try {
    return decodeURIComponent(uri) === claim;
  } catch {
    return false;
  }
}

function parseWorkflowUri(
  { origin, isRepositoryPath, separator }: Forge,
  uri: string,
): WorkflowUri | undefined {
  if (!uri.startsWith(origin)) return undefined;
  const [path = '', ...rest] = uri.slice(origin.length).split(separator);
  if (!isRepositoryPath(path) || !rest.join(separator).includes('@')) return undefined;
  return { repository: origin + path, rest: rest.join(separator) };
}

/**
 * The top-level workflow (.18) without its ref. Where the ref begins cannot be told by looking for an `@`, which workflow
 * and ref may have in them; so the ref must be one that the certificate names, the ref (.14) or the commit (.13).
 */
function topLevelWorkflow(forge: Forge, repository: string, claims: CertificateClaims): string | undefined {
  if (claims.buildConfigUri === undefined) return undefined;
  const parsed = parseWorkflowUri(forge, claims.buildConfigUri);
  if (parsed?.repository !== repository) return undefined;
  return [claims.sourceRepositoryRef, claims.sourceRepositoryDigest]
    .filter((ref) => ref !== undefined && parsed.rest.endsWith(`@${ref}`))
    .map((ref = '') => parsed.rest.slice(0, -`@${ref}`.length))
    .find((workflow) => forge.isWorkflow(workflow));
}

function workflowProblem(
  claims: CertificateClaims,
  uri: string,
  { workflow }: Attributes,
): string | undefined {
  if (claims.buildConfigUri === undefined || workflow !== undefined) return undefined;
  return `its Build Config URI ${quoted(claims.buildConfigUri)} is not a workflow of ${quoted(uri)} at the certificate's ref or commit`;
}

function attributesOf(forge: Forge, repository: string, claims: CertificateClaims): Attributes {
  const values = {
    'repository-id': claims.sourceRepositoryIdentifier,
    'owner-id': claims.sourceRepositoryOwnerIdentifier,
    workflow: topLevelWorkflow(forge, repository, claims),
    environment: claims.deploymentEnvironment,
    ref: claims.sourceRepositoryRef,
    trigger: claims.buildTrigger,
    runner: claims.runnerEnvironment,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function idProblem(attributes: Attributes): string | undefined {
  for (const name of ['repository-id', 'owner-id'] as const) {
    const id = attributes[name];
    if (id !== undefined && !/^[0-9]+$/.test(id)) return `its ${name} ${quoted(id)} is not a decimal number`;
  }
  return undefined;
}

/** What cannot be written to the provenance file could not be pinned either. */
function valueProblem(attributes: Attributes): string | undefined {
  const bad = Object.entries(attributes).find(([, value]) => !isAttributeValue(value));
  return bad === undefined ? undefined : `its ${bad[0]} ${quoted(bad[1])} is empty, too long or unprintable`;
}
