/** Zip and tar archives, written the same byte for byte each time: no clock, no owner. */
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';

/** Path in the archive to content. */
export type ArchiveFiles = Readonly<Record<string, string | Uint8Array>>;

// 1980-01-01, the first day that a zip can name.
const DOS_DATE = 0x21;
const TAR_BLOCK = 512;

/** A zip (PKWARE APPNOTE 4.3) of deflated files. */
export function zip(files: ArchiveFiles): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(files)) {
    const name = Buffer.from(path, 'utf8');
    const bytes = Buffer.from(content);
    const deflated = deflateRawSync(bytes);
    const common = zipHeader(bytes, deflated.length, name.length);
    const local = Buffer.concat([signature(0x04034b50), common, name, deflated]);
    locals.push(local);
    directory.push(directoryEntry(common, offset, name));
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...locals, central, endOfDirectory(directory.length, central.length, offset)]);
}

/** A gzipped tar (POSIX ustar) of plain files. */
export function tarGz(files: ArchiveFiles): Buffer {
  const members = Object.entries(files).flatMap(([path, content]) => {
    const bytes = Buffer.from(content);
    const padding = Buffer.alloc((TAR_BLOCK - (bytes.length % TAR_BLOCK)) % TAR_BLOCK);
    return [tarHeader(path, bytes.length), bytes, padding];
  });
  return gzipSync(Buffer.concat([...members, Buffer.alloc(2 * TAR_BLOCK)]));
}

/** What the local header and the central directory both have, from "version needed" to "extra field length". */
function zipHeader(bytes: Buffer, deflatedLength: number, nameLength: number): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(0x0800, 2); // names are UTF-8
  header.writeUInt16LE(8, 4); // deflate
  header.writeUInt16LE(DOS_DATE, 8);
  header.writeUInt32LE(crc32(bytes), 10);
  header.writeUInt32LE(deflatedLength, 14);
  header.writeUInt32LE(bytes.length, 18);
  header.writeUInt16LE(nameLength, 22);
  return header;
}

function directoryEntry(common: Buffer, offset: number, name: Buffer): Buffer {
  const madeBy = Buffer.from([20, 3]); // Unix
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
  rest.writeUInt32LE(offset, 10);
  return Buffer.concat([signature(0x02014b50), madeBy, common, rest, name]);
}

function endOfDirectory(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(18);
  end.writeUInt16LE(count, 4);
  end.writeUInt16LE(count, 6);
  end.writeUInt32LE(size, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function tarHeader(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`\`${path}\` is too long for a ustar header`);
  const header = Buffer.alloc(TAR_BLOCK);
  header.write(path, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${octal(size, 11)}\0`, 124);
  header.write(`${octal(0, 11)}\0`, 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const checksum = header.reduce((sum, octet) => sum + octet, 0);
  header.write(`${octal(checksum, 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
