import { RetentiveError } from '@retentive/core';

/**
 * A vector at length 1, as a new array or in `target`. `what` names the vector in the message.
 * @throws VECTOR_INVALID for another dimension, NaN or infinity, or all zero
 */
export const unitVector = (
  vector: Float32Array,
  dimensions: number,
  what: string,
  target: Float32Array = new Float32Array(dimensions),
): Float32Array => {
  const fail = (problem: string): never => {
    throw new RetentiveError('VECTOR_INVALID', `${what} ${problem}`, {
      details: { dimensions, got: vector.length },
    });
  };
  if (vector.length !== dimensions) return fail(`has ${vector.length} dimensions, not ${dimensions}`);
  let squares = 0;
  for (let at = 0; at < dimensions; at += 1) squares += (vector[at] as number) * (vector[at] as number);
  // Squares of 32-bit floats neither overflow nor vanish in 64 bits, so this finds every NaN and infinity, and only zeros give 0.
  if (!Number.isFinite(squares)) return fail('has NaN or infinity in it');
  if (squares === 0) return fail('is all zero and has no direction');
  const length = Math.sqrt(squares);
  for (let at = 0; at < dimensions; at += 1) target[at] = (vector[at] as number) / length;
  return target;
};

/** The dot product in 64 bits, in one fixed order: equal vectors score equal on every machine. */
export const dot = (a: Float32Array, b: Float32Array): number => {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  const whole = a.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    first += (a[at] as number) * (b[at] as number);
    second += (a[at + 1] as number) * (b[at + 1] as number);
    third += (a[at + 2] as number) * (b[at + 2] as number);
    fourth += (a[at + 3] as number) * (b[at + 3] as number);
  }
  for (let at = whole; at < a.length; at += 1) first += (a[at] as number) * (b[at] as number);
  return first + second + (third + fourth);
};
