import { RetentiveError } from '@retentive/core';

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
