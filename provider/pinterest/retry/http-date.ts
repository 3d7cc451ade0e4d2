const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const month = `(?<month>${months.join("|")})`;
const time = String.raw`(?<hours>\d\d):(?<minutes>\d\d):(?<seconds>\d\d)`;
const shortDay = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const longDay = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";

/** The three forms of a date in HTTP (RFC 9110, 5.6.7), of which servers write the first. */
const forms = [
  String.raw`${shortDay}, (?<day>\d\d) ${month} (?<year>\d{4}) ${time} GMT`,
  String.raw`${longDay}, (?<day>\d\d)-${month}-(?<year>\d\d) ${time} GMT`,
  String.raw`${shortDay} ${month} (?<day>[ \d]\d) ${time} (?<year>\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * A date of HTTP in epoch milliseconds; undefined for any other text. Strict, since `Date.parse` takes nearly everything for a date.
 *
 * @param now by which a year of two digits is understood: one that seems more than 50 years ahead is past.
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const groups = forms.map((form) => form.exec(text)?.groups).find((found) => found !== undefined);
  if (groups === undefined) return undefined;
  const numbers = ["day", "hours", "minutes", "seconds"].map((name) => Number(groups[name]));
  const [day = 0, hours = 0, minutes = 0, seconds = 0] = numbers;
  const year = fullYear(groups.year ?? "", now);
  const index = months.indexOf(groups.month ?? "");
  // 60 is a leap second.
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  const date = new Date(Date.UTC(year, index, day));
  if (date.getUTCMonth() !== index || date.getUTCDate() !== day) return undefined;
  return Date.UTC(year, index, day, hours, minutes, seconds);
}

function fullYear(text: string, now: number): number {
  if (text.length === 4) return Number(text);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(text);
  return year > thisYear + 50 ? year - 100 : year;
}
