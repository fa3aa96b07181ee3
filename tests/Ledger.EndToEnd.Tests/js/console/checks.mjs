// What the checks of the console have in common: a report a line, and a browser that tells when it did what it must not.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Reports a figure that is no check. */
export function tell(name, value) {
  console.log(JSON.stringify({ figure: name, value }));
}

/** Has the test do something to the consortium, and waits until it is done. */
export async function ask(what) {
  console.log(JSON.stringify({ ask: what }));
  return JSON.parse((await lines.next()).value);
}

/** Runs a check; its failure is a line of the report and does not keep the others from running. */
export async function check(name, run) {
  const start = performance.now();
  try {
    await run();
    console.log(JSON.stringify({ check: name, failure: null, milliseconds: Math.round(performance.now() - start) }));
  } catch (error) {
    console.log(JSON.stringify({ check: name, failure: String(error?.stack ?? error).slice(0, 3000) }));
  }
}

export function equal(actual, expected, what = "value") {
  if (actual !== expected) throw new Error(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(actual)}`);
}

export function holds(condition, what) {
  if (!condition) throw new Error(`does not hold: ${what}`);
}

/** A browser, and what it did wrong: requests to elsewhere, breaches of the policy, errors of the page. */
export async function startBrowser(origin) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    timeout: 120_000,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  const wrongs = [];
  const open = async (options = {}) => {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", ...options });
    context.setDefaultTimeout(60_000);
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && !["data:", "blob:"].includes(url.protocol)) wrongs.push(`request to ${request.url()}`);
    });
    context.on("weberror", (error) => wrongs.push(`error: ${error.error()}`));
    await context.exposeFunction("reportBreach", (text) => wrongs.push(`policy: ${text}`));
    await context.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) =>
      window.reportBreach(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)));
    return context;
  };
  return { browser, open, wrongs };
}
