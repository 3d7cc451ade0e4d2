// Reads and changes CHANGELOG.md, which has the format of Keep a Changelog (https://keepachangelog.com/).

const unreleased = "## [Unreleased]";

/**
 * Moves the entries of "Unreleased" to a version.
 *
 * @param date the day of the release, such as `2026-12-01`
 * @throws Error if there are no entries, or if the changelog already has the version
 */
export function releaseEntries(changelog: string, version: string, date: string): string {
  if (headingOf(changelog, version) !== undefined)
    throw new Error(`CHANGELOG.md already has the version ${version}. Choose another version.`);
  if (entriesBelow(changelog, unreleased) === "")
    throw new Error(`CHANGELOG.md has no entries below \`${unreleased}\`. Describe the changes there.`);
  return changelog.replace(unreleased, () => `${unreleased}\n\n## [${version}] - ${date}`);
}

/**
 * The entries of a version, without its heading.
 *
 * @throws Error if the changelog does not have the version
 */
export function releaseNotes(changelog: string, version: string): string {
  const heading = headingOf(changelog, version);
  if (heading === undefined) throw new Error(`CHANGELOG.md has no heading \`## [${version}] - YYYY-MM-DD\`.`);
  return entriesBelow(changelog, heading);
}

function headingOf(changelog: string, version: string): string | undefined {
  return changelog.split("\n").find((line) => line.startsWith(`## [${version}] - `));
}

function entriesBelow(changelog: string, heading: string): string {
  const [, after = ""] = changelog.split(`${heading}\n`);
  const [entries = ""] = after.split(/^## /m);
  return entries.trim();
}
