/** Bytes of sketch-scan.wat, by wabt's wat2wasm. */
const WASM_BYTES = [
  'AGFzbQEAAAABGQNgBn9/f39/fwF/YAJ/fwF9YAR/f3x/AXwDBAMAAQIFAwEAAQcjBAZtZW1vcnkCAARzY2FuAAAHbGFyZ2VzdAABBXJv',
  'dW5kAAIK6wUDpQMCBn8FeyAAIQYgACEHAkADQCABQQBMDQEgACAHTwRAIAAgA2ohBwNAIAggBi0AAHIhCCAGQcAAaiEGIAYgB0kNAAsL',
  '/QwAAAAAAAAAAAAAAAAAAAAAIQ0gDSEOIA0hDyANIRAgBCELIAAgAmohCiAKIQkDQCAL/QAEACEMIA0gAP0BAwAgDP26Af2uASENIA8g',
  'Cf0BAwAgDP26Af2uASEPIAv9AAQQIQwgDiAA/QEDCCAM/boB/a4BIQ4gECAJ/QEDCCAM/boB/a4BIRAgC/0ABCAhDCANIAD9AQMQIAz9',
  'ugH9rgEhDSAPIAn9AQMQIAz9ugH9rgEhDyAL/QAEMCEMIA4gAP0BAxggDP26Af2uASEOIBAgCf0BAxggDP26Af2uASEQIAtBwABqIQsg',
  'AEEgaiEAIAlBIGohCSAAIApJDQALIAkhACANIA79rgEhDSAPIBD9rgEhDyAFIA39GwAgDf0bAWogDf0bAiAN/RsDamo2AgAgBSAP/RsA',
  'IA/9GwFqIA/9GwIgD/0bA2pqNgIEIAVBCGohBSABQQJrIQEMAAsLIAgLXAIBfwF7/QwAAAAAAAAAAAAAAAAAAAAAIQMgACABQQJ0aiEC',
  'A0AgAyAA/QAEAP3gAf3pASEDIABBEGohACAAIAJJDQALIAP9HwAgA/0fAZcgA/0fAiAD/R8Dl5cL5AECAX8He0QAAAAAAADwPyACo7b9',
  'EyEIIAL9FCEJ/QwAAAAAAAAAAAAAAAAAAAAAIQogCiELIAMgAWohBANAIAD9AAQAIQUgBSAI/eYB/Wr9+AEhBiAF/V8gBv3+ASAJ/fIB',
  '/fEBIQcgCiAHIAf98gH98AEhCiAF/R0B/RIhBSAF/V8gBv0dAf0S/f4BIAn98gH98QEhByALIAcgB/3yAf3wASELIAYgBv2FASEGIAMg',
  'BiAG/WX9WgIAACAAQRBqIQAgA0EEaiEDIAMgBEkNAAsgCiAL/fABIQogCv0hACAK/SEBoAs=',
].join('');

/** A row at 8 bits: its largest component becomes 127. */
const ROW_SCALE = 127;
/** The largest component of a query at 16 bits. */
const QUERY_SCALE = 32_767;
/** Sums of products stay below this: below 2^31, with room for what rounding adds to lengths. */
const MAX_SUM = 2 ** 30;
/** Far beyond any embedder; a query of more would lose its small components. */
const MAX_DIMENSIONS = 65_536;
const PAGE_BYTES = 65_536;
/** A row ends on a multiple of what one round of the loop reads. */
const ROW_ALIGNMENT = 32;
/** Rows scanned in one call: their sums fit beside the query at the head of the memory. Even, as rows go two by two. */
const BLOCK_ROWS = 4_096;
/** Rows are fetched from memory by at least so many bytes: enough to be under way at once, few enough to still be in the cache. */
const FETCH_BYTES = 4_096;
/** Memory grows by this share at least, so that rows added one by one do not each grow it. */
const GROWTH = 0.125;
/** Above what 64-bit sums and lengths that are 1 only to 32 bits can be off. */
const SLACK = 1e-6;

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WasmExports {
  readonly memory: WasmMemory;
  scan(row: number, count: number, stride: number, ahead: number, query: number, out: number): number;
  largest(vector: number, stride: number): number;
  round(vector: number, stride: number, step: number, row: number): number;
}

/** The part of the global that is used; a runtime may lack all of it. */
interface WasmRuntime {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
}

/**
 * Unit vectors rounded to 8 bits in WebAssembly memory: a quarter of the bytes and of the time of exact products, errors
 * with known bounds. Rows are numbered from 0 without gaps.
 */
export interface VectorSketch {
  readonly rows: () => number;
  /** Writes a row, at most one beyond the last. @throws RangeError when the memory cannot grow */
  write(row: number, unit: Float32Array): void;
  /** Row `from` also becomes row `to`. */
  copy(from: number, to: number): void;
  truncate(rows: number): void;
  /** Products with every row, in `scores`, and in `errors` the most by which each differs from the exact one. */
  scan(unit: Float32Array, scores: Float32Array, errors: Float32Array): void;
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

const largestOf = (unit: Float32Array): number => {
  let largest = 0;
  for (let at = 0; at < unit.length; at += 1) largest = Math.max(largest, Math.abs(unit[at] as number));
  return largest;
};

/** Writes a query in whole steps. Gives the length of what was rounded off. */
const roundQuery = (unit: Float32Array, step: number, target: Int16Array): number => {
  let squares = 0;
  for (let at = 0; at < unit.length; at += 1) {
    const component = unit[at] as number;
    const whole = Math.round(component / step);
    target[at] = whole;
    squares += (component - whole * step) ** 2;
  }
  return Math.sqrt(squares);
};

/** Sums of products of whole steps as products. */
const scale = (sums: Int32Array, steps: Float32Array, step: number, products: Float32Array): void => {
  for (let at = 0; at < products.length; at += 1) {
    products[at] = (sums[at] as number) * (steps[at] as number) * step;
  }
};

const raise = (rests: Float32Array, by: number, raised: Float32Array): void => {
  for (let at = 0; at < raised.length; at += 1) raised[at] = (rests[at] as number) + by;
};

const grown = (values: Float32Array<ArrayBuffer>, rows: number): Float32Array<ArrayBuffer> => {
  if (rows <= values.length) return values;
  const larger = new Float32Array(Math.ceil(rows * (1 + GROWTH)));
  larger.set(values);
  return larger;
};

/** Makes an empty sketch; `undefined` where the machine has no WebAssembly SIMD. */
export const createVectorSketch = (dimensions: number): VectorSketch | undefined => {
  const wasm = dimensions > MAX_DIMENSIONS ? undefined : instantiate();
  if (wasm === undefined) return undefined;
  const { memory, scan, largest, round } = wasm;
  const stride = Math.ceil(dimensions / ROW_ALIGNMENT) * ROW_ALIGNMENT;
  // The query, the sums of a block, a vector to be rounded, and from there on the rows.
  const sums = stride * 2;
  const vector = sums + BLOCK_ROWS * 4;
  const firstRow = vector + stride * 4;
  const ahead = Math.ceil(FETCH_BYTES / (2 * stride)) * 2 * stride;
  let steps = new Float32Array(0);
  let rests = new Float32Array(0);
  let count = 0;

  /** More than the rows take: the scan reads on behind them. */
  const reserve = (rows: number): void => {
    const missing = firstRow + (rows + 1) * stride + ahead - memory.buffer.byteLength;
    if (missing <= 0) return;
    const wanted = Math.max(missing, memory.buffer.byteLength * GROWTH);
    try {
      memory.grow(Math.ceil(wanted / PAGE_BYTES));
    } catch {
      memory.grow(Math.ceil(missing / PAGE_BYTES));
    }
  };

  // Memory comes zeroed and only whole vectors are written, so what lies behind a vector stays zero.
  return {
    rows: () => count,
    write(row, unit) {
      reserve(row + 1);
      new Float32Array(memory.buffer, vector, dimensions).set(unit);
      const step = Math.fround(largest(vector, stride) / ROW_SCALE);
      steps = grown(steps, row + 1);
      rests = grown(rests, row + 1);
      steps[row] = step;
      rests[row] = Math.sqrt(round(vector, stride, step, firstRow + row * stride));
      count = Math.max(count, row + 1);
    },
    copy(from, to) {
      const start = firstRow + from * stride;
      new Uint8Array(memory.buffer).copyWithin(firstRow + to * stride, start, start + stride);
      steps[to] = steps[from] as number;
      rests[to] = rests[from] as number;
    },
    truncate(rows) {
      count = Math.min(count, rows);
    },
    scan(unit, scores, errors) {
      reserve(0);
      // A row is at most this long, in its steps; by Cauchy and Schwarz a sum is at most the product of both lengths.
      const longestRow = ROW_SCALE * Math.sqrt(dimensions);
      const step = Math.max(largestOf(unit) / QUERY_SCALE, longestRow / MAX_SUM);
      const rest = roundQuery(unit, step, new Int16Array(memory.buffer, 0, dimensions));
      // |q.x - Q.X| <= |q||x - X| + |q - Q||X|, the lengths of q and x being 1 and that of X at most 1 + |x - X|.
      const ofQuery = 2 * rest + SLACK;
      for (let from = 0; from < count; from += BLOCK_ROWS) {
        const rows = Math.min(BLOCK_ROWS, count - from);
        scan(firstRow + from * stride, rows, stride, ahead, 0, sums);
        const end = from + rows;
        scale(
          new Int32Array(memory.buffer, sums, rows),
          steps.subarray(from, end),
          step,
          scores.subarray(from, end),
        );
        raise(rests.subarray(from, end), ofQuery, errors.subarray(from, end));
      }
    },
  };
};
