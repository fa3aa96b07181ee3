// The pictures of the documentation: the same pages that are checked, in both languages, light and dark.
import { join } from "node:path";

const PICTURES = [
  { name: "consortium-en-light", path: () => "/", language: "en", theme: "light" },
  { name: "blocks-zh-dark", path: () => "/blocks", language: "zh", theme: "dark" },
  { name: "timeline-zh-light", path: timeline, language: "zh", theme: "light" },
  { name: "timeline-en-dark", path: timeline, language: "en", theme: "dark" },
  { name: "verify-en-light", path: () => "/verify", language: "en", theme: "light", files: true },
  { name: "verify-zh-dark", path: () => "/verify", language: "zh", theme: "dark", files: true },
];

function timeline({ subject }) {
  return `/subjects/${encodeURIComponent(subject)}`;
}

export async function screenshots(page, walk, given, out) {
  await page.setViewportSize({ width: 1280, height: 820 });
  for (const { name, path, language, theme, files } of PICTURES) {
    const shown = await page.evaluate(() => document.documentElement.lang.slice(0, 2));
    if (shown !== language) await page.getByRole("button", { name: /Switch to/ }).click();
    await page.evaluate((chosen) => { document.documentElement.dataset.theme = chosen; }, theme);
    await walk("/contracts");
    await walk(path(given));
    if (files) {
      await page.locator("#subject").setInputFiles(join(given.folder, "disclosure.json"));
      await page.locator("#receipt").setInputFiles(join(given.folder, "fingerprint-receipt.json"));
      await page.locator("[data-disclosure]").waitFor();
    }
    await page.waitForFunction(() => !document.querySelector("main p.empty[role=status]"));
    await page.evaluate(() => document.activeElement?.blur());
    // With the caret as it is: to hide it would put a style into the page, against its policy.
    await page.screenshot({ path: join(out, `console-${name}.png`), fullPage: files === true, caret: "initial" });
  }
  const shown = await page.evaluate(() => document.documentElement.lang.slice(0, 2));
  if (shown !== "en") await page.getByRole("button", { name: /Switch to/ }).click();
  await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
}

// Every page as people with other screens see it, to be looked at after a change of the looks; not kept.
const REVIEW = [
  { width: 360, height: 740, language: "zh", theme: "dark" }, { width: 768, height: 1024, language: "en", theme: "light" },
  { width: 1280, height: 800, language: "en", theme: "light" }, { width: 1920, height: 1080, language: "zh", theme: "dark" },
];

export async function review(page, walk, given, out) {
  const pages = {
    consortium: "/", blocks: "/blocks", block: `/blocks/${given.height}`, search: "/evidence",
    found: `/evidence?subject=${encodeURIComponent(given.subject)}`, record: `/evidence/${given.evidence}`,
    timeline: timeline(given), contracts: "/contracts", contract: "/contracts/settlement", settlement: "/settlement",
    trades: "/trades", audit: "/audit", verify: "/verify", "sign-in": "/sign-in", nowhere: "/nowhere",
  };
  for (const { width, height, language, theme } of REVIEW) {
    await page.setViewportSize({ width, height });
    const shown = await page.evaluate(() => document.documentElement.lang.slice(0, 2));
    if (shown !== language) await page.getByRole("button", { name: /Switch to/ }).click();
    await page.evaluate((chosen) => { document.documentElement.dataset.theme = chosen; }, theme);
    for (const [name, path] of Object.entries(pages)) {
      await walk("/contracts");
      await walk(path);
      await page.waitForFunction(() => !document.querySelector("main p.empty[role=status]"));
      await page.screenshot({ path: join(out, `${width}-${name}.png`), fullPage: true, caret: "initial" });
    }
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole("button", { name: /Switch to/ }).click();
  await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
}
