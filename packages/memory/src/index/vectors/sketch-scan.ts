/** Bytes of sketch-scan.wat, by wabt's wat2wasm. */
const WASM_BYTES = [
  'AGFzbQEAAAABEAJgBH9/f30AYAV/f39/fwADAwIAAQUDAQABBxwDBm1lbW9yeQIACHF1YW50aXNlAAAEc2NhbgABCtQCAnUB',
  'AXsgA/0TIQQDQCACIAD9AAQAIAT95gH9av34ASAA/QAEECAE/eYB/Wr9+AH9hQH9CwQAIAIgAP0ABCAgBP3mAf1q/fgBIAD9',
  'AAQwIAT95gH9av34Af2FAf0LBBAgAEHAAGohACACQSBqIQIgACABSQ0ACwvbAQICfwJ7AkADQCABRQ0B/QwAAAAAAAAAAAAA',
  'AAAAAAAAIQcgByEIIAMhBiAAIAJqIQUDQCAHIAD9AAQAIAb9AAQA/boB/a4BIQcgCCAA/QAEECAG/QAEEP26Af2uASEIIAcg',
  'AP0ABCAgBv0ABCD9ugH9rgEhByAIIAD9AAQwIAb9AAQw/boB/a4BIQggBkHAAGohBiAAQcAAaiEAIAAgBUkNAAsgByAI/a4B',
  'IQcgBCAH/RsAIAf9GwFqIAf9GwIgB/0bA2pqNgIAIARBBGohBCABQQFrIQEMAAsLCw==',
].join('');

/** A component of a unit vector at 16 bits. With one scale for all, sums of products stay below 2^31 by Cauchy and Schwarz. */
const SCALE = 32_767;
/** Beyond this many components rounding alone could carry a sum of products over 32 bits. */
const MAX_DIMENSIONS = 65_536;
/** The most by which rounding moves a component: a half, and a little for the 32-bit product before it. */
const ROUNDING = 0.51;
const PAGE_BYTES = 65_536;
/** A row ends on a multiple of what one round of the loop reads. */
const ROW_ALIGNMENT = 64;
/** Rows scanned in one call: their sums fit beside the query at the head of the memory. */
const BLOCK_ROWS = 4_096;
/** Memory grows by this share at least, so that rows added one by one do not each grow it. */
const GROWTH = 0.25;

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WasmExports {
  readonly memory: WasmMemory;
  quantise(source: number, end: number, target: number, scale: number): void;
  scan(row: number, count: number, stride: number, query: number, out: number): void;
}

/** The part of the global that is used; a runtime may lack all of it. */
interface WasmRuntime {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
}

/**
 * Unit vectors rounded to 16 bits in WebAssembly memory: a quarter of the time of exact products, an error with a known
 * bound. Rows are numbered from 0 without gaps.
 */
export interface VectorSketch {
  readonly rows: () => number;
  /** Writes a row, at most one beyond the last. @throws RangeError when the memory cannot grow */
  write(row: number, unit: Float32Array): void;
  /** Row `from` also becomes row `to`. */
  copy(from: number, to: number): void;
  truncate(rows: number): void;
  /** Sums of products with every row, in `scores`. */
  scan(unit: Float32Array, scores: Float64Array): void;
  /** The most by which a sum differs from the exact one, in units of the sums. */
  readonly error: number;
}

const instantiate = (): WasmExports | undefined => {
  try {
    const { WebAssembly: runtime } = globalThis as WasmRuntime;
    if (runtime === undefined) return undefined;
    const module = new runtime.Module(Buffer.from(WASM_BYTES, 'base64'));
    return new runtime.Instance(module).exports as WasmExports;
  } catch {
    // No SIMD, or no address space left for another memory: the plain scan gives the same answers.
    return undefined;
  }
};

/** Makes an empty sketch; `undefined` where the machine has no WebAssembly SIMD. */
export const createVectorSketch = (dimensions: number): VectorSketch | undefined => {
  const wasm = dimensions > MAX_DIMENSIONS ? undefined : instantiate();
  if (wasm === undefined) return undefined;
  const { memory, quantise, scan } = wasm;
  const stride = Math.ceil((dimensions * 2) / ROW_ALIGNMENT) * ROW_ALIGNMENT;
  // The query, a vector on its way to 16 bits, the sums of a block, and from there on the rows.
  const incoming = stride;
  const sums = incoming + stride * 2;
  const firstRow = sums + BLOCK_ROWS * 4;
  const half = ROUNDING * Math.sqrt(dimensions);
  let count = 0;

  const reserve = (rows: number): void => {
    const missing = firstRow + rows * stride - memory.buffer.byteLength;
    if (missing <= 0) return;
    const wanted = Math.max(missing, memory.buffer.byteLength * GROWTH);
    try {
      memory.grow(Math.ceil(wanted / PAGE_BYTES));
    } catch {
      memory.grow(Math.ceil(missing / PAGE_BYTES));
    }
  };

  /** Memory comes zeroed and only whole vectors are copied in, so what lies behind a vector stays zero. */
  const place = (unit: Float32Array, target: number): void => {
    new Float32Array(memory.buffer, incoming, dimensions).set(unit);
    quantise(incoming, sums, target, SCALE);
  };

  return {
    rows: () => count,
    write(row, unit) {
      reserve(row + 1);
      place(unit, firstRow + row * stride);
      count = Math.max(count, row + 1);
    },
    copy(from, to) {
      const start = firstRow + from * stride;
      new Uint8Array(memory.buffer).copyWithin(firstRow + to * stride, start, start + stride);
    },
    truncate(rows) {
      count = Math.min(count, rows);
    },
    scan(unit, scores) {
      reserve(0);
      place(unit, 0);
      for (let from = 0; from < count; from += BLOCK_ROWS) {
        const rows = Math.min(BLOCK_ROWS, count - from);
        scan(firstRow + from * stride, rows, stride, 0, sums);
        scores.set(new Int32Array(memory.buffer, sums, rows), from);
      }
    },
    // |(Sq + a)(Sx + b) - SSqx| <= S|b| + S|a| + |a||b|; the last term covers lengths that are 1 only to 32 bits.
    error: 2 * SCALE * half + half * half + SCALE,
  };
};
