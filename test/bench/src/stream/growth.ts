/** Resident memory after so much text. */
export interface Sample {
  readonly mb: number;
  readonly rssMb: number;
}

/** Before this share of a stream, what grows is mostly what loads once. */
const WARM_UP = 0.25;

/**
 * Growth of memory over the whole stream, MB: the slope of a line of least squares through the samples after the first
 * quarter, times the length. Undefined of fewer than three of them.
 */
export const growthOf = (samples: readonly Sample[]): number | undefined => {
  const length = samples.at(-1)?.mb ?? 0;
  const steady = samples.filter(({ mb }) => mb >= WARM_UP * length);
  if (steady.length < 3) return undefined;
  const meanMb = steady.reduce((sum, { mb }) => sum + mb, 0) / steady.length;
  const meanRss = steady.reduce((sum, { rssMb }) => sum + rssMb, 0) / steady.length;
  let products = 0;
  let squares = 0;
  for (const { mb, rssMb } of steady) {
    products += (mb - meanMb) * (rssMb - meanRss);
    squares += (mb - meanMb) ** 2;
  }
  return (products / squares) * length;
};
