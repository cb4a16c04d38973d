/** A day as the speaker saw it. */
export interface LocalDay {
  /** `2024-03-15`. */
  readonly iso: string;
  /** `Fri`. */
  readonly weekday: string;
  /** `15 March 2024`: the fewest tokens that name a day. */
  readonly date: string;
  /** The words people use for it: `15 March 2024 Friday`. */
  readonly words: string;
  /** `18:04`. */
  readonly time: string;
}

/** Gives the local day of a moment; keeps one formatter a zone, since making them is slow. */
export interface Calendar {
  dayOf(time: number, timeZone?: string | undefined): LocalDay;
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Makes a {@link Calendar}. Moments without a zone are shown in UTC. */
export const createCalendar = (): Calendar => {
  const formatters = new Map<string, Intl.DateTimeFormat>();
  const shift = (time: number, timeZone: string): Date => {
    let formatter = formatters.get(timeZone);
    if (formatter === undefined) {
      formatter = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
      formatters.set(timeZone, formatter);
    }
    const name = formatter.formatToParts(time).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const offset = /GMT([+-])(\d{2}):(\d{2})/u.exec(name);
    if (offset === null) return new Date(time);
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return new Date(time + (offset[1] === '-' ? -minutes : minutes) * 60_000);
  };
  return {
    dayOf(time, timeZone) {
      const date = timeZone === undefined || timeZone === 'UTC' ? new Date(time) : shift(time, timeZone);
      const year = date.getUTCFullYear();
      const month = date.getUTCMonth();
      const day = date.getUTCDate();
      const weekday = WEEKDAYS[date.getUTCDay()] as string;
      return {
        iso: `${pad(year, 4)}-${pad(month + 1)}-${pad(day)}`,
        weekday: weekday.slice(0, 3),
        date: `${day} ${MONTHS[month]} ${pad(year, 4)}`,
        words: `${day} ${MONTHS[month]} ${year} ${weekday}`,
        time: `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}`,
      };
    },
  };
};
