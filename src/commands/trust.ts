import type { TrustedKey } from '../attestation/trusted-keys.ts';
import type { loadTrustedRoot } from '../attestation/trusted-root.ts';
import type { AttestationVerifier } from '../attestation/verify.ts';

/** The verifier, loaded at most once, and only when it is asked for or known to be needed. */
export interface Trust {
  /** Begins to load in the background (while pip resolves); failures and warnings wait for `verifier`. */
  readonly prepare: () => void;
  /** @throws ProvpinError, exit code 3 or 2, when no trusted root can be had */
  readonly verifier: () => Promise<AttestationVerifier>;
  /** Ends what is on its way: a process waits for a proxy that does not answer, even if nobody waits for the root any more. */
  readonly close: () => Promise<void>;
}

type TrustedRootOptions = Omit<Parameters<typeof loadTrustedRoot>[1], 'warn'> & {
  /** Readies the way to the TUF repository, and gives what ends it; called when the root is loaded, and only then. */
  readonly connect: () => Promise<() => Promise<void>>;
  /** Those of signers without certificates. */
  readonly keys?: readonly TrustedKey[];
};

/**
 * @param choice `tuf`, `embedded`, or a path (`--trusted-root`)
 * @param warn told what a user has to know about the root, once it is used: a run that verifies nothing needs no root
 */
export function createTrust(
  choice: string,
  { connect, keys, ...options }: TrustedRootOptions,
  warn: (line: string) => void,
): Trust {
  const warnings: string[] = [];
  let loading: Promise<AttestationVerifier> | undefined;
  let connecting: ReturnType<typeof connect> | undefined;
  const load = async (): Promise<AttestationVerifier> => {
    const [{ createVerifier }, root] = await Promise.all([
      import('../attestation/verify.ts'),
      import('../attestation/trusted-root.ts'),
      (connecting = connect()),
    ]);
    return createVerifier(
      await root.loadTrustedRoot(choice, { ...options, warn: (line) => warnings.push(line) }),
      keys,
    );
  };
  const start = (): Promise<AttestationVerifier> => (loading ??= load());
  return {
    prepare: () => {
      start().catch(() => undefined);
    },
    verifier: async () => {
      const verifier = await start();
      for (const line of warnings.splice(0)) warn(line);
      return verifier;
    },
    close: async () => {
      const disconnect = await connecting?.catch(() => undefined);
      await disconnect?.();
    },
  };
}
