import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

// A changeset that cannot be read is noticed only when a release is made; here it is noticed now.

const root = resolve(import.meta.dirname, "..");
const published = readdirSync(resolve(root, "packages")).map((name) => `@exchange-kit/${name}`);
const changesets = readdirSync(resolve(root, ".changeset")).filter((file) => /\.md$/.test(file));

test.each(changesets)("%s names packages of the kit and says something", (file) => {
  const text = readFileSync(resolve(root, ".changeset", file), "utf8");
  const [, front = "", summary = ""] = /^---\n(.*?)---\n\n(.*)$/s.exec(text) ?? [];
  const bumps = front
    .trim()
    .split("\n")
    .map((line) => /^"(.*)": (major|minor|patch)$/.exec(line)?.[1]);
  for (const name of bumps) expect(published).toContain(name);
  expect(summary.trim()).not.toBe("");
});

test("every package is versioned by changesets, which start at 0.0.0", () => {
  for (const name of published) {
    const folder = resolve(root, name.replace("@exchange-kit", "packages"));
    const { version } = JSON.parse(readFileSync(resolve(folder, "package.json"), "utf8"));
    const hasChangelog = readdirSync(folder).includes("CHANGELOG.md");
    expect(hasChangelog || version === "0.0.0").toBe(true);
  }
});
