// Written by scripts/renew-pinned-pip.ts.

/** The pip that runs where the user's own is too old to lock. */
export const PINNED_PIP = {
  name: 'pip',
  version: '26.3',
  filename: 'pip-26.3-py3-none-any.whl',
  sha256: 'f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13',
} as const;

/** The oldest Python that it runs with: its `Requires-Python`. */
export const PINNED_PIP_MINIMUM_PYTHON = [3, 10] as const;
