/** What a call fails with; `short`: a write fails after half of it was done, any other call as with `EIO`. */
export type FaultKind = 'EIO' | 'ENOSPC' | 'short';

/** How calls on storage fail. */
export interface FaultPlan {
  /** Which of the calls fails, from 1. */
  readonly at: number;
  readonly kind: FaultKind;
  /** So does every one after it. Default false. */
  readonly lasting?: boolean | undefined;
  /** Whether it fails without being carried out, or is carried out and then said to have failed. Default `before`. */
  readonly when?: 'before' | 'after' | undefined;
  /** Counts calls of this name only, such as `rename`: a named failpoint. Default every call. */
  readonly point?: string | undefined;
  /** Makes the error. Default one as Node's, with the kind as its code. */
  readonly errorOf?: ((kind: 'EIO' | 'ENOSPC', name: string) => Error) | undefined;
}

/** A fault that waits for its call. Storage for tests is built around it: each call that changes the disk goes through `around`. */
export interface Fault extends FaultPlan {
  /** Whether its call has come. */
  readonly fired: boolean;
  /** Runs a call, or fails as planned. Calls that give a promise and calls that do not are both fine. */
  around<Result>(name: string, call: () => Result): Result;
  /** As `around`, for a write of bytes that may be cut short: `write` is given so many of them. */
  aroundWrite<Result>(name: string, bytes: Uint8Array, write: (bytes: Uint8Array) => Result): Result;
}

const nodeError = (kind: 'EIO' | 'ENOSPC', name: string): Error =>
  Object.assign(new Error(`${kind}: injected, ${name}`), { code: kind });

/** Runs `then` when a call is done, whether it gives a promise or not. */
const after = <Result>(result: Result, then: () => never): Result =>
  result instanceof Promise ? (result.then(then) as Result) : then();

/** Makes a fault that has not fired. */
export const createFault = (plan: FaultPlan): Fault => {
  const { at, kind, lasting = false, when = 'before', point, errorOf = nodeError } = plan;
  let passed = 0;
  let fired = false;

  const isDue = (name: string): boolean => {
    if (fired) return lasting;
    if (point !== undefined && point !== name) return false;
    passed += 1;
    fired = passed === at;
    return fired;
  };
  const fail = (name: string): never => {
    throw errorOf(kind === 'short' ? 'EIO' : kind, name);
  };

  return {
    ...plan,
    get fired() {
      return fired;
    },
    around(name, call) {
      if (!isDue(name)) return call();
      return when === 'before' ? fail(name) : after(call(), () => fail(name));
    },
    aroundWrite(name, bytes, write) {
      if (!isDue(name)) return write(bytes);
      if (kind === 'short') return after(write(bytes.subarray(0, bytes.length >> 1)), () => fail(name));
      return when === 'before' ? fail(name) : after(write(bytes), () => fail(name));
    },
  };
};

/** How faults of a countdown fail, all but their number. */
export type FaultVariant = Omit<FaultPlan, 'at'>;

const onceAndForEver = (variant: FaultVariant): readonly FaultVariant[] =>
  [false, true].map((lasting) => ({ ...variant, lasting }));

/** The ways in which a k-th call fails that is done or not, each once and for ever. A full disk does nothing of it. */
export const FAULT_VARIANTS: readonly FaultVariant[] = [
  ...onceAndForEver({ kind: 'EIO', when: 'before' }),
  ...onceAndForEver({ kind: 'ENOSPC', when: 'before' }),
  ...onceAndForEver({ kind: 'EIO', when: 'after' }),
];

/** Writes that end in their middle, once and for ever: for storage of files. */
export const SHORT_WRITES: readonly FaultVariant[] = onceAndForEver({ kind: 'short' });

/** A variant in words, for the name of a test. */
export const nameOfVariant = ({ kind, when = 'before', lasting = false }: FaultVariant): string =>
  `${kind}, ${lasting ? 'for ever' : 'once'}, ${kind === 'short' ? 'in its middle' : `${when} it is done`}`;

/**
 * Runs a workload for every k: first with a fault at its first call, then at its second, until it no longer meets the fault.
 * `run` does the work over storage with the fault, reopens it without, and checks. Gives how many calls there were.
 */
export const countDown = async (
  variant: FaultVariant,
  run: (fault: Fault) => Promise<void>,
): Promise<number> => {
  for (let at = 1; ; at += 1) {
    const fault = createFault({ ...variant, at });
    try {
      await run(fault);
    } catch (error) {
      throw new Error(`with the fault at call ${at} (${nameOfVariant(variant)})`, { cause: error });
    }
    if (!fault.fired) return at - 1;
  }
};
