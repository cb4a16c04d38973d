import { RetentiveError, type TimeInput } from '@retentive/core';

/** A label as a step of a path. @throws LABEL_INVALID for `.` and `..`, which addresses cannot say */
export const step = (name: string, value: string): string => {
  if (value === '.' || value === '..') {
    throw new RetentiveError('LABEL_INVALID', `${name} "${value}" cannot be part of an address`);
  }
  return encodeURIComponent(value);
};

/** The path of one user's memory, below `/api/v1`. @throws LABEL_INVALID */
export const scopePath = (tenant: string, user: string): string =>
  `/tenants/${step('tenant', tenant)}/users/${step('user', user)}`;

const timeText = (time: TimeInput | undefined): string | undefined =>
  time === undefined ? undefined : time instanceof Date ? time.toISOString() : String(time);

/** The two times of a read as a query of an address has them. */
export const timeTexts = ({
  asOf,
  knownAt,
}: {
  readonly asOf?: TimeInput | undefined;
  readonly knownAt?: TimeInput | undefined;
}) => ({ asOf: timeText(asOf), knownAt: timeText(knownAt) });
