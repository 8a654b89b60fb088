"""Verifies documents of a world with sigstore for Python, once a round: peer.py DIRECTORY DOCUMENTS ROUNDS, printed as verification.ts does.

Without arguments, says which versions would."""

import json
import logging
import pathlib
import sys
import time
from importlib.metadata import version

from pypi_attestations import Attestation
from sigstore.models import TrustedRoot
from sigstore.verify import Verifier, policy

if len(sys.argv) == 1:
    print(*(f"{name}=={version(name)}" for name in ("pypi-attestations", "sigstore")))
    sys.exit()
logging.disable(logging.CRITICAL)
directory = pathlib.Path(sys.argv[1])
verifier = Verifier(trusted_root=TrustedRoot.from_file(str(directory / "root.json")))
paths = sorted((directory / "documents").iterdir())[: int(sys.argv[2])]
documents = [path.read_bytes() for path in paths]
results = []
for _ in range(int(sys.argv[3])):
    cpu, wall = time.process_time(), time.perf_counter()
    for document in documents:
        for bundle in json.loads(document)["attestation_bundles"]:
            for attestation in bundle["attestations"]:
                parsed = Attestation.model_validate(attestation)
                verifier.verify_dsse(parsed.to_bundle(), policy.UnsafeNoOp())
    count = len(documents) / 1000
    results.append({"cpu": (time.process_time() - cpu) / count, "wall": (time.perf_counter() - wall) / count})
print(json.dumps(results))
