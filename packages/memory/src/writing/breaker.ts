import type { Clock } from '@retentive/core';

/** That a try may be made; as a probe, where it is to show whether things work again. */
export interface Pass {
  readonly isProbe: boolean;
}

/**
 * Stops tries that are bound to fail. It opens when tries of five different subjects failed within 30 s and none succeeded
 * between them: one message that fails again and again says something of the message. Then one probe at a time is let
 * through, after 30 s, and after each that fails twice as long later, up to 5 minutes. Any success closes it.
 */
export interface Breaker {
  /** How many ms no try is let through; 0 when one may be. */
  readonly waitMs: number;
  /** A pass, or how many ms to wait before asking again. Each pass is given back by one of the three below. */
  enter(): Pass | { readonly waitMs: number };
  succeeded(pass: Pass): void;
  failed(pass: Pass, subject: string): void;
  /** The try came to no end. */
  gaveUp(pass: Pass): void;
}

/** Failures that open it, and the time within which they fall. */
const FAILURES = 5;
const WINDOW_MS = 30_000;

/** How long it stays shut to all at first, and at most. */
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 300_000;

/** Makes a closed {@link Breaker}. `onClose` is called when it closes again, for those that wait. */
export const createBreaker = (clock: Clock, onClose: () => void): Breaker => {
  /** When each subject failed last, the oldest first. */
  const failures = new Map<string, number>();
  let pauseMs = FIRST_PAUSE_MS;
  let openUntil: number | undefined;
  let probing = false;

  const open = (): void => {
    openUntil = clock.elapsed() + pauseMs;
    pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
  };

  const restMs = (): number => Math.max(0, (openUntil ?? 0) - clock.elapsed());

  return {
    get waitMs() {
      return restMs();
    },
    enter() {
      if (openUntil === undefined) return { isProbe: false };
      const waitMs = restMs();
      if (waitMs > 0) return { waitMs };
      // Its end is told to all that wait; if it takes long, they ask again.
      if (probing) return { waitMs: FIRST_PAUSE_MS };
      probing = true;
      return { isProbe: true };
    },
    succeeded({ isProbe }) {
      if (isProbe) probing = false;
      failures.clear();
      if (openUntil === undefined) return;
      openUntil = undefined;
      pauseMs = FIRST_PAUSE_MS;
      onClose();
    },
    failed({ isProbe }, subject) {
      if (isProbe) {
        probing = false;
        open();
        return;
      }
      const now = clock.elapsed();
      failures.delete(subject);
      failures.set(subject, now);
      for (const [name, at] of failures) if (now - at > WINDOW_MS) failures.delete(name);
      if (openUntil === undefined && failures.size >= FAILURES) open();
    },
    gaveUp({ isProbe }) {
      if (isProbe) probing = false;
    },
  };
};
