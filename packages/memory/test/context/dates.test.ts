import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCalendar } from '../../src/context/dates.ts';

const MINUTE = 60_000;

describe('createCalendar', () => {
  const calendar = createCalendar();

  it.each([
    // Lisbon goes from UTC to UTC+1 on 30 March 2025 at 01:00 UTC, and back on 26 October.
    ['2025-03-30T00:59:00Z', 'Europe/Lisbon', '2025-03-30', 'Sun', '00:59'],
    ['2025-03-30T01:00:00Z', 'Europe/Lisbon', '2025-03-30', 'Sun', '02:00'],
    ['2025-03-30T23:00:00Z', 'Europe/Lisbon', '2025-03-31', 'Mon', '00:00'],
    ['2025-10-26T00:59:00Z', 'Europe/Lisbon', '2025-10-26', 'Sun', '01:59'],
    ['2025-10-26T01:00:00Z', 'Europe/Lisbon', '2025-10-26', 'Sun', '01:00'],
    ['2025-03-03T18:29:59Z', 'Asia/Kolkata', '2025-03-03', 'Mon', '23:59'],
    ['2025-03-03T18:30:00Z', 'Asia/Kolkata', '2025-03-04', 'Tue', '00:00'],
    ['2024-02-29T03:00:00Z', 'America/St_Johns', '2024-02-28', 'Wed', '23:30'],
    ['2024-12-31T10:30:00Z', 'Pacific/Kiritimati', '2025-01-01', 'Wed', '00:30'],
    ['0001-01-01T00:00:00Z', undefined, '0001-01-01', 'Mon', '00:00'],
    ['0001-01-01T12:00:00Z', 'Etc/GMT-1', '0001-01-01', 'Mon', '13:00'],
    ['9999-12-31T23:59:59Z', undefined, '9999-12-31', 'Fri', '23:59'],
    ['9999-12-31T23:59:59Z', 'Asia/Kolkata', '10000-01-01', 'Sat', '05:29'],
  ])('shows %s in %s as %s %s %s', (moment, zone, iso, weekday, time) => {
    expect(calendar.dayOf(Date.parse(moment), zone)).toMatchObject({ iso, weekday, time });
  });

  it('gives the words that people use for a day', () => {
    expect(calendar.dayOf(Date.UTC(2024, 2, 15)).words).toBe('15 March 2024 Friday');
    expect(calendar.dayOf(Date.parse('0001-06-09T00:00:00Z')).words).toBe('9 June 1 Saturday');
  });

  it('agrees with the calendar of the runtime in any zone', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    fc.assert(
      fc.property(
        fc.constantFrom('UTC', 'Europe/Lisbon', 'Asia/Kolkata', 'Australia/Lord_Howe', ...zones),
        fc.integer({ min: Date.UTC(1973, 0, 1) / MINUTE, max: Date.UTC(2400, 0, 1) / MINUTE }),
        (timeZone, minutes) => {
          const time = minutes * MINUTE;
          const parts = new Intl.DateTimeFormat('en-GB', {
            timeZone,
            weekday: 'short',
            year: 'numeric',
            month: '2-digit',
            day: '2-digit',
            hour: '2-digit',
            minute: '2-digit',
            hourCycle: 'h23',
          }).formatToParts(time);
          const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? '';
          expect(calendar.dayOf(time, timeZone)).toMatchObject({
            iso: `${part('year')}-${part('month')}-${part('day')}`,
            weekday: part('weekday'),
            time: `${part('hour')}:${part('minute')}`,
          });
        },
      ),
      { numRuns: 300 },
    );
  });
});
