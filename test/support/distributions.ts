/** Wheels and sdists, made on the spot, that pip takes for real ones. */
import { createHash } from 'node:crypto';

import { tarGz, zip, type ArchiveFiles } from './archives.ts';

export interface Distribution {
  /** Normalised (PEP 503). */
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly bytes: Buffer;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Core metadata, as the file itself has it (what PEP 658 serves). */
  readonly metadata: string;
  readonly requiresPython?: string;
}

export interface DistributionOptions {
  readonly name: string;
  readonly version?: string;
  /** Requirement specifiers (PEP 508). */
  readonly requires?: readonly string[];
  readonly requiresPython?: string;
  /** Another text, another hash. */
  readonly content?: string;
  /** Instead of the name that follows from the rest. */
  readonly filename?: string;
}

export interface WheelOptions extends DistributionOptions {
  /** Beside the module, by their paths in the archive; `DATA` stands for the `.data` directory. */
  readonly files?: ArchiveFiles;
  /** The whole text of `entry_points.txt`. */
  readonly entryPoints?: string;
  /** Python, ABI and platform tag. */
  readonly tag?: string;
  readonly build?: string;
}

/** A wheel (binary distribution format 1.0) with one module. */
export function makeWheel(options: WheelOptions): Distribution {
  const { name, version = '1.0.0', tag = 'py3-none-any', build, content = '' } = options;
  const base = `${escapeName(name)}-${version}`;
  const metadata = coreMetadata(options);
  const tags = expandTags(tag).map((one) => `Tag: ${one}\n`);
  const more = Object.entries(options.files ?? {}).map(
    ([path, text]) => [path.replace(/^DATA\//, `${base}.data/`), text] as const,
  );
  const files: ArchiveFiles = {
    [`${escapeName(name)}.py`]: moduleSource(version, content),
    ...Object.fromEntries(more),
    ...(options.entryPoints === undefined
      ? {}
      : { [`${base}.dist-info/entry_points.txt`]: options.entryPoints }),
    [`${base}.dist-info/METADATA`]: metadata,
    [`${base}.dist-info/WHEEL`]: `Wheel-Version: 1.0\nGenerator: provpin tests\nRoot-Is-Purelib: true\n${tags.join('')}`,
  };
  const record = `${base}.dist-info/RECORD`;
  const filename = `${[base, ...(build === undefined ? [] : [build]), tag].join('-')}.whl`;
  return distribution(options, filename, zip({ ...files, [record]: recordOf(files, record) }), metadata);
}

/** An sdist whose build backend is part of it, so that pip needs nothing from a network to build it. */
export function makeSdist(options: DistributionOptions): Distribution {
  const { name, version = '1.0.0', content = '' } = options;
  const base = `${escapeName(name)}-${version}`;
  const metadata = coreMetadata(options);
  const bytes = tarGz({
    [`${base}/PKG-INFO`]: metadata,
    [`${base}/pyproject.toml`]: PYPROJECT,
    [`${base}/build_backend.py`]: BUILD_BACKEND,
    [`${base}/${escapeName(name)}.py`]: moduleSource(version, content),
  });
  return distribution(options, `${base}.tar.gz`, bytes, metadata);
}

/** PEP 503. */
export function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

function distribution(
  options: DistributionOptions,
  filename: string,
  bytes: Buffer,
  metadata: string,
): Distribution {
  const { name, version = '1.0.0', requiresPython } = options;
  return {
    name: normalizeName(name),
    version,
    filename: options.filename ?? filename,
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    metadata,
    ...(requiresPython === undefined ? {} : { requiresPython }),
  };
}

function escapeName(name: string): string {
  return normalizeName(name).replaceAll('-', '_');
}

function coreMetadata({
  name,
  version = '1.0.0',
  requires = [],
  requiresPython,
}: DistributionOptions): string {
  const lines = [
    'Metadata-Version: 2.2',
    `Name: ${name}`,
    `Version: ${version}`,
    ...(requiresPython === undefined ? [] : [`Requires-Python: ${requiresPython}`]),
    ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
  ];
  return `${lines.join('\n')}\n`;
}

function moduleSource(version: string, content: string): string {
  return `__version__ = ${JSON.stringify(version)}\n${content}`;
}

/** PEP 425: `py2.py3-none-any` is two tags. */
function expandTags(tag: string): readonly string[] {
  const [pythons = [], abis = [], platforms = []] = tag.split('-').map((part) => part.split('.'));
  return pythons.flatMap((python) =>
    abis.flatMap((abi) => platforms.map((platform) => `${python}-${abi}-${platform}`)),
  );
}

function recordOf(files: ArchiveFiles, record: string): string {
  const lines = Object.entries(files).map(([path, content]) => {
    const digest = createHash('sha256').update(content).digest('base64url');
    return `${path},sha256=${digest},${Buffer.byteLength(content)}`;
  });
  return `${[...lines, `${record},,`].join('\n')}\n`;
}

const PYPROJECT = `[build-system]
requires = []
build-backend = "build_backend"
backend-path = ["."]
`;

const BUILD_BACKEND = `"""The least PEP 517 backend: a wheel of the modules beside it."""
import base64, hashlib, pathlib, zipfile
from email.parser import HeaderParser

PKG_INFO = pathlib.Path("PKG-INFO").read_text("utf-8")


def _base():
    headers = HeaderParser().parsestr(PKG_INFO)
    return headers["Name"].lower().replace("-", "_").replace(".", "_") + "-" + headers["Version"]


def _wheel_file():
    return "Wheel-Version: 1.0\\nGenerator: provpin tests\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    info = pathlib.Path(metadata_directory, _base() + ".dist-info")
    info.mkdir()
    (info / "METADATA").write_text(PKG_INFO, "utf-8")
    (info / "WHEEL").write_text(_wheel_file(), "utf-8")
    return info.name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = _base() + ".dist-info"
    name = _base() + "-py3-none-any.whl"
    files = {p.name: p.read_bytes() for p in pathlib.Path(".").glob("*.py") if p.name != "build_backend.py"}
    files[info + "/METADATA"] = PKG_INFO.encode()
    files[info + "/WHEEL"] = _wheel_file().encode()
    record = ""
    for path, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(content)}\\n"
    files[info + "/RECORD"] = (record + info + "/RECORD,,\\n").encode()
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)
    return name
`;
