/** A date as a calendar shows it; months count from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Conversions between moments (ms since epoch) and what clocks and calendars of one zone show. */
export interface LocalTime {
  /** Minutes east of UTC at a moment. */
  offsetMinutes(moment: number): number;
  dayOf(moment: number): CalendarDay;
  /** The moment at which a day begins, `minutes` later. Days and months beyond their range carry over. */
  momentOf(day: CalendarDay, minutes?: number): number;
}

const MINUTE_MS = 60_000;

/** Makes a {@link LocalTime} for an IANA zone; UTC where none is given. */
export const createLocalTime = (timeZone: string | undefined): LocalTime => {
  const formatter =
    timeZone === undefined || timeZone === 'UTC'
      ? undefined
      : new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });

  const offsetMinutes = (moment: number): number => {
    const name = formatter?.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value;
    const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/u.exec(name ?? '') ?? [];
    if (sign === undefined) return 0;
    return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  };

  return {
    offsetMinutes,
    dayOf(moment) {
      const date = new Date(moment + offsetMinutes(moment) * MINUTE_MS);
      return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    },
    momentOf({ year, month, day }, minutes = 0) {
      const shown = Date.UTC(year, month - 1, day, 0, minutes);
      const guess = shown - offsetMinutes(shown) * MINUTE_MS;
      // The offset that holds at the moment itself, where the zone changes its clocks in between.
      return shown - offsetMinutes(guess) * MINUTE_MS;
    },
  };
};
