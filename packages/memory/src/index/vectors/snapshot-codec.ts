import { endianness } from 'node:os';
import { crc32 } from 'node:zlib';
import type { VectorItem } from '../vector-index.ts';

// A snapshot: 64 bytes of head, the fingerprint, for each item a byte for its kind and the length and bytes of its id, zeros
// up to a multiple of 64, the vectors as 32-bit floats, and the CRC32 of all that.

const MAGIC = 0x52_56_45_43;
const VERSION = 1;
const HEAD_BYTES = 64;
const CRC_BYTES = 4;
/** Floats of a block on its way to the disk, 1 MB. */
const BLOCK_FLOATS = 262_144;
const KINDS = ['chunk', 'fact'] as const satisfies readonly VectorItem['kind'][];
/** Floats stand in the order of the machine, so that they are used where they lie. */
const BYTE_ORDER = endianness() === 'LE' ? 1 : 2;

/** Where the head keeps what. */
const AT = {
  magic: 0,
  version: 4,
  byteOrder: 6,
  dimensions: 8,
  count: 12,
  sequence: 16,
  fingerprint: 24,
  names: 28,
};

/** Why a snapshot cannot be used. */
export type SnapshotFault = 'damaged' | 'version' | 'dimensions' | 'fingerprint';

/** What a snapshot belongs to. */
export interface SnapshotHead {
  readonly dimensions: number;
  readonly fingerprint: string;
}

/** The content of an index at one point of the journal; vectors have length 1. */
export interface Snapshot {
  readonly sequence: number;
  readonly items: readonly VectorItem[];
}

/** What is to be written, in the shape in which somebody has it already: an index has too many items to copy each. */
export interface SnapshotSource<Item extends SourceItem = SourceItem> {
  readonly sequence: number;
  readonly items: readonly Item[];
  readonly kindOf: (item: Item) => VectorItem['kind'];
}

interface SourceItem {
  readonly id: string;
  readonly vector: ArrayLike<number>;
}

/** A snapshot that was read, or why it cannot be. */
export type DecodedSnapshot = Snapshot | { readonly fault: SnapshotFault; readonly reason: string };

const aligned = (bytes: number): number => Math.ceil(bytes / HEAD_BYTES) * HEAD_BYTES;

const encodeNames = <Item extends SourceItem>({ items, kindOf }: SnapshotSource<Item>): Buffer => {
  let bytes = 0;
  for (const { id } of items) bytes += 5 + Buffer.byteLength(id);
  const names = Buffer.alloc(bytes);
  let at = 0;
  for (const item of items) {
    names[at] = KINDS.indexOf(kindOf(item));
    const length = names.write(item.id, at + 5);
    names.writeUInt32LE(length, at + 1);
    at += 5 + length;
  }
  return names;
};

/** What goes before the vectors: the head, the fingerprint, the names, and zeros up to where the vectors begin. */
const encodeHead = <Item extends SourceItem>(head: SnapshotHead, source: SnapshotSource<Item>): Buffer => {
  const fingerprint = Buffer.from(head.fingerprint);
  const names = encodeNames(source);
  const bytes = Buffer.alloc(aligned(HEAD_BYTES + fingerprint.length + names.length));
  bytes.writeUInt32LE(MAGIC, AT.magic);
  bytes.writeUInt16LE(VERSION, AT.version);
  bytes.writeUInt8(BYTE_ORDER, AT.byteOrder);
  bytes.writeUInt32LE(head.dimensions, AT.dimensions);
  bytes.writeUInt32LE(source.items.length, AT.count);
  bytes.writeDoubleLE(source.sequence, AT.sequence);
  bytes.writeUInt32LE(fingerprint.length, AT.fingerprint);
  bytes.writeUInt32LE(names.length, AT.names);
  fingerprint.copy(bytes, HEAD_BYTES);
  names.copy(bytes, HEAD_BYTES + fingerprint.length);
  return bytes;
};

/**
 * A snapshot as bytes, block by block: a large index is never in memory twice. A block is overwritten by the next one, so it
 * must be written before that is asked for.
 */
export function* encodeSnapshot<Item extends SourceItem>(
  head: SnapshotHead,
  source: SnapshotSource<Item>,
): Generator<Buffer, void, undefined> {
  const { items } = source;
  const count = items.length;
  const { dimensions } = head;
  const first = encodeHead(head, source);
  let checksum = crc32(first);
  yield first;
  const rowsPerBlock = Math.min(count, Math.max(1, Math.floor(BLOCK_FLOATS / dimensions)));
  const floats = new Float32Array(rowsPerBlock * dimensions);
  for (let from = 0; from < count; from += rowsPerBlock) {
    const rows = Math.min(rowsPerBlock, count - from);
    for (let row = 0; row < rows; row += 1) {
      floats.set((items[from + row] as Item).vector, row * dimensions);
    }
    const block = Buffer.from(floats.buffer, 0, rows * dimensions * 4);
    checksum = crc32(block, checksum);
    yield block;
  }
  const last = Buffer.alloc(CRC_BYTES);
  last.writeUInt32LE(checksum);
  yield last;
}

const damaged = (reason: string): DecodedSnapshot => ({ fault: 'damaged', reason });

const floatsOf = (bytes: Buffer, start: number, length: number): Float32Array => {
  if ((bytes.byteOffset + start) % 4 === 0) {
    return new Float32Array(bytes.buffer as ArrayBuffer, bytes.byteOffset + start, length);
  }
  return new Float32Array(new Uint8Array(bytes.subarray(start, start + length * 4)).buffer);
};

/** Reads a snapshot; its vectors are views of `bytes`. Never throws: bytes that are not one say why. */
export const decodeSnapshot = (bytes: Buffer, wanted: SnapshotHead): DecodedSnapshot => {
  if (bytes.length < HEAD_BYTES + CRC_BYTES) return damaged(`it has ${bytes.length} bytes, less than a head`);
  if (bytes.readUInt32LE(AT.magic) !== MAGIC) return damaged('it does not begin as a snapshot does');
  const version = bytes.readUInt16LE(AT.version);
  if (version !== VERSION) return { fault: 'version', reason: `it has version ${version}, not ${VERSION}` };
  const end = bytes.length - CRC_BYTES;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) return damaged('its checksum is wrong');
  if (bytes.readUInt8(AT.byteOrder) !== BYTE_ORDER) {
    return { fault: 'version', reason: 'it was written on a machine of the other byte order' };
  }
  const dimensions = bytes.readUInt32LE(AT.dimensions);
  if (dimensions !== wanted.dimensions) {
    return {
      fault: 'dimensions',
      reason: `its vectors have ${dimensions} dimensions, not ${wanted.dimensions}`,
    };
  }
  const namesAt = HEAD_BYTES + bytes.readUInt32LE(AT.fingerprint);
  const fingerprint = bytes.toString('utf8', HEAD_BYTES, namesAt);
  if (fingerprint !== wanted.fingerprint) {
    return {
      fault: 'fingerprint',
      reason: `its vectors are of ${fingerprint}, not of ${wanted.fingerprint}`,
    };
  }
  const count = bytes.readUInt32LE(AT.count);
  const start = aligned(namesAt + bytes.readUInt32LE(AT.names));
  // The checksum held, so only a faulty writer could have written this.
  if (start + count * dimensions * 4 !== end) return damaged('its parts do not add up to its length');
  const floats = floatsOf(bytes, start, count * dimensions);
  const items: VectorItem[] = [];
  for (let row = 0, at = namesAt; row < count; row += 1) {
    const kind = KINDS[bytes.readUInt8(at)] ?? 'chunk';
    const length = bytes.readUInt32LE(at + 1);
    const id = bytes.toString('utf8', at + 5, at + 5 + length);
    items.push({ id, kind, vector: floats.subarray(row * dimensions, (row + 1) * dimensions) });
    at += 5 + length;
  }
  return { sequence: bytes.readDoubleLE(AT.sequence), items };
};
