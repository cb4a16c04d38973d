// Words of shared memory. Two keep the process from ending in the middle of a call into SQLite: Node ends threads
// wherever they are, and the binding aborts the whole process when its call cannot finish. One gives up a
// wait for the folder.

const BUSY = 0;
const STOP = 1;
const ABANDONED = 2;

/** Memory for a gate; it begins busy, for the writer's first work is opening. */
export const createGateMemory = () => {
  const words = new Int32Array(new SharedArrayBuffer(12));
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
    /** Asks the writer to wait for the folder no longer; without effect once it is open. */
    abandon() {
      Atomics.store(words, ABANDONED, 1);
    },
    /** True when waiting for the folder is to end. */
    abandoned: () => Atomics.load(words, ABANDONED) === 1,
    /** Lets no more work begin, and blocks until what is under way is done, at most so long. @param {number} waitMs */
    stop(waitMs) {
      Atomics.store(words, STOP, 1);
      Atomics.wait(words, BUSY, 1, waitMs);
    },
  };
};
