import { expect, test } from "@jest/globals";
import { releaseEntries, releaseNotes } from "../../scripts/release/changelog.mts";

const changelog = `# Changelog

## [Unreleased]

### Added

- Drift reports. See ## [Unreleased] in the guide.

## [0.1.0] - 2026-01-02

### Added

- Integrations.
`;

test("moves the entries to the version, and keeps an empty section for the next one", () => {
  const released = releaseEntries(changelog, "0.2.0", "2026-12-01");
  expect(released).toBe(
    changelog.replace("## [Unreleased]\n", "## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n"),
  );
  expect(releaseNotes(released, "0.2.0")).toBe(
    "### Added\n\n- Drift reports. See ## [Unreleased] in the guide.",
  );
  expect(releaseNotes(released, "0.1.0")).toBe("### Added\n\n- Integrations.");
});

test("refuses a version that the changelog has, and a version without entries", () => {
  expect(() => releaseEntries(changelog, "0.1.0", "2026-12-01")).toThrow("already has the version 0.1.0");
  const released = releaseEntries(changelog, "0.2.0", "2026-12-01");
  expect(() => releaseEntries(released, "0.3.0", "2026-12-02")).toThrow("no entries");
});

test("has no notes of a version that is missing or not released", () => {
  expect(() => releaseNotes(changelog, "0.2.0")).toThrow("no heading `## [0.2.0] - YYYY-MM-DD`");
  expect(() => releaseNotes(changelog, "Unreleased")).toThrow("no heading");
});
