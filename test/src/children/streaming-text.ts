/** The text that the streaming child writes for message `index` of `trial`: long, and different at every place. */
export const streamedText = (trial: number, index: number): string =>
  Array.from(
    { length: 120 },
    (_, word) => `trial ${trial} message ${index} word ${word}${word % 9 === 8 ? '. ' : ' '}`,
  ).join('');
