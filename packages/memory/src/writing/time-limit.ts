/** Time that something may take. */
export interface TimeLimit {
  /** Aborted when the time is over, or with the signal that it was made with. */
  readonly signal: AbortSignal;
  /** The time is over. */
  readonly isOver: boolean;
  /** Lets go of the timer and the signal. */
  stop(): void;
}

/** Begins a limit of so many ms of real time. It keeps no process alive. */
export const createTimeLimit = (ms: number, outer: AbortSignal): TimeLimit => {
  const controller = new AbortController();
  let isOver = false;
  const onAbort = (): void => controller.abort(outer.reason);
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort();
  }, ms);
  timer.unref();
  if (outer.aborted) onAbort();
  else outer.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    stop() {
      clearTimeout(timer);
      outer.removeEventListener('abort', onAbort);
    },
  };
};
