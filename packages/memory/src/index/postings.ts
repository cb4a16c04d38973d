/** Where one term stands: slots of documents in ascending order, and what it weighs in each. Grows at its end. */
export interface Postings {
  slots: Int32Array;
  weights: Float64Array;
  /** Entries, those of removed documents included. */
  length: number;
  /** Entries of documents that are there. */
  living: number;
  /** No weight is above it. */
  most: number;
}

/** Most terms stand in a document or two. */
const FIRST_ENTRIES = 2;

/** Makes an empty list. */
export const createPostings = (): Postings => ({
  slots: new Int32Array(FIRST_ENTRIES),
  weights: new Float64Array(FIRST_ENTRIES),
  length: 0,
  living: 0,
  most: 0,
});

/** Adds an entry; its slot is above all others. */
export const addPosting = (list: Postings, slot: number, weight: number): void => {
  if (list.length === list.slots.length) {
    const slots = new Int32Array(list.length * 2);
    slots.set(list.slots);
    list.slots = slots;
    const weights = new Float64Array(list.length * 2);
    weights.set(list.weights);
    list.weights = weights;
  }
  list.slots[list.length] = slot;
  list.weights[list.length] = weight;
  list.length += 1;
  list.living += 1;
  if (weight > list.most) list.most = weight;
};

/** The first entry at or after `from` whose slot is not below `slot`, found in steps that double. */
export const seekPosting = ({ slots, length }: Postings, slot: number, from = 0): number => {
  let low = from;
  let step = 1;
  while (low + step < length && (slots[low + step] as number) < slot) step *= 2;
  let high = Math.min(length, low + step + 1);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slots[middle] as number) < slot) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** The weight in a document; undefined where the term does not stand in it. */
export const postingAt = (list: Postings, slot: number): number | undefined => {
  const entry = seekPosting(list, slot);
  return entry < list.length && list.slots[entry] === slot ? list.weights[entry] : undefined;
};

/** Takes out what stands in removed documents, and gives the others the slots that they moved to; -1 stands for removed. */
export const movePostings = (list: Postings, moved: Int32Array): void => {
  const { slots, weights } = list;
  let kept = 0;
  let most = 0;
  for (let entry = 0; entry < list.length; entry += 1) {
    const slot = moved[slots[entry] as number] as number;
    if (slot < 0) continue;
    const weight = weights[entry] as number;
    slots[kept] = slot;
    weights[kept] = weight;
    if (weight > most) most = weight;
    kept += 1;
  }
  list.length = kept;
  list.most = most;
  const room = Math.max(FIRST_ENTRIES, kept);
  // Room follows what is there; half of it may stand empty.
  if (slots.length <= room * 2) return;
  list.slots = slots.slice(0, room);
  list.weights = weights.slice(0, room);
};
