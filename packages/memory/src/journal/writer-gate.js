// Two words of shared memory that keep the process from ending in the middle of a call into SQLite: Node ends threads
// wherever they are, and the binding aborts the whole process when its call cannot finish.

const BUSY = 0;
const STOP = 1;

/** Memory for a gate; it begins busy, for the writer's first work is opening. */
export const createGateMemory = () => {
  const words = new Int32Array(new SharedArrayBuffer(8));
  words[BUSY] = 1;
  return words;
};

/** @param {Int32Array} words */
export const createGate = (words) => {
  const leave = () => {
    Atomics.store(words, BUSY, 0);
    Atomics.notify(words, BUSY);
  };
  return {
    /** The writer asks before each piece of work. False: the process is ending, do nothing more. */
    enter() {
      Atomics.store(words, BUSY, 1);
      if (Atomics.load(words, STOP) === 0) return true;
      leave();
      return false;
    },
    /** The writer's piece of work is done. */
    leave,
    /** Lets no more work begin, and blocks until what is under way is done, at most so long. @param {number} waitMs */
    stop(waitMs) {
      Atomics.store(words, STOP, 1);
      Atomics.wait(words, BUSY, 1, waitMs);
    },
  };
};
