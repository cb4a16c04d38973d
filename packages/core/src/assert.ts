import { RetentiveError } from './errors.ts';

/** Ends an exhaustive `switch`: a type error when a case is missing, `INTERNAL` if reached all the same. */
export const assertNever = (value: never): never => {
  throw new RetentiveError('INTERNAL', `unexpected value ${JSON.stringify(value)}`);
};
