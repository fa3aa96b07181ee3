// Walks through the console in a real browser. Arguments: a JSON object of what the test prepared; see ConsoleTests.cs.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ask, check, equal, holds, startBrowser, tell } from "./checks.mjs";
import { longTimeline } from "./long-timeline.mjs";
import { review, screenshots } from "./screenshots.mjs";

const given = JSON.parse(process.argv[2]);
const { origin, folder, token } = given;
const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { browser, open, wrongs } = await startBrowser(origin);
const context = await open();
const page = await context.newPage();
const file = (name) => join(folder, name);
const heading = () => page.locator("h1").innerText();
// The pages are walked within the console: a new load would be a new page, and nobody would be signed in by key.
const walk = (path) => page.evaluate((to) => {
  history.pushState(null, "", to);
  dispatchEvent(new PopStateEvent("popstate"));
}, path);

await check("a link signs in and its token leaves the address at once", async () => {
  await page.goto(`${origin}/#token=${token}`);
  await page.getByTitle(`Signed in as ${given.member}`).waitFor();
  equal(page.url(), `${origin}/`, "address");
});

await check("the consortium page shows every validator, its connection and latency", async () => {
  await page.getByRole("heading", { name: "Validators" }).waitFor();
  const rows = page.getByRole("region", { name: "Validators", exact: true }).locator("tbody tr");
  equal(await rows.count(), 4, "validators");
  await page.getByText("No proven faults").waitFor();
  holds((await page.getByText("connected", { exact: true }).count()) >= 3, "three peers are connected");
});

await check("Chinese and English, and the page's language is declared", async () => {
  await page.getByRole("button", { name: "Switch to Chinese" }).click();
  await page.getByRole("heading", { name: "共识节点" }).waitFor();
  equal(await page.evaluate(() => document.documentElement.lang), "zh-CN", "lang");
  await page.getByRole("button", { name: "Switch to English" }).click();
  await page.getByRole("heading", { name: "Validators" }).waitFor();
  equal(await page.evaluate(() => document.documentElement.lang), "en-GB", "lang");
});

await check("a dark theme that is chosen is kept", async () => {
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await ground();
  await page.getByRole("button", { name: "Dark theme" }).click();
  holds((await ground()) !== light, "the ground is another");
  await page.reload();
  equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark", "theme");
  await page.getByRole("button", { name: "Light theme" }).click();
  equal(await ground(), light, "ground");
});

await check("a block appears as it is certified", async () => {
  await page.getByRole("link", { name: "Blocks" }).click();
  await page.getByText("Live: new blocks appear").waitFor();
  const { height } = await ask("anchor");
  await page.locator("tbody tr.new a", { hasText: height.toLocaleString("en-GB") }).first().waitFor();
});

await check("a block shows its transactions and leads to them", async () => {
  await page.locator("tbody tr.new a").first().click();
  await page.getByText("took effect").first().waitFor();
  await page.getByRole("region", { name: "Transactions", exact: true }).locator("td a").first().click();
  await page.getByText("COMMITTED").waitFor();
});

await check("evidence is found by its subject", async () => {
  await page.getByRole("link", { name: "Evidence", exact: true }).first().click();
  await page.getByLabel("Search for").fill(given.subject);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText(`${given.records} records`).waitFor();
});

await check("evidence is found by a file, which is hashed in the page", async () => {
  await walk("/evidence");
  await page.locator("#search-file").setInputFiles(file("big.bin"));
  await page.getByText("1 records").waitFor({ timeout: 60_000 });
});

await check("the timeline is a picture of three lanes whose chain of hashes holds", async () => {
  await walk(`/subjects/${encodeURIComponent(given.subject)}`);
  await page.getByText(`Chain of hashes holds: each of ${given.records} records`).waitFor();
  const picture = page.locator(".picture svg");
  const label = await picture.getAttribute("aria-label");
  holds(/before, \d+ during, \d+ after/.test(label), label);
  equal(await picture.locator("circle.entry").count(), given.records, "records in the picture");
  for (const lane of ["Before", "During", "After"]) holds(await picture.getByText(lane, { exact: true }).isVisible(), lane);
  holds((await page.locator(".legend li").count()) >= 1, "parties");
});

await check("a node that shows an altered leaf is found out by the chain", async () => {
  await page.route("**/v1/evidence?subject=*", async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    const second = body.evidence[1];
    if (second !== undefined) {
      const bytes = Buffer.from(second.leafBytes, "base64");
      bytes[6] ^= 1;
      second.leafBytes = bytes.toString("base64");
    }
    await route.fulfill({ response, json: body });
  });
  await walk("/");
  await walk(`/subjects/${encodeURIComponent(given.subject)}`);
  await page.getByText("The chain of hashes breaks at record 3").waitFor();
  await page.unroute("**/v1/evidence?subject=*");
});

await check("the genesis document of the node is trusted only after a comparison", async () => {
  await walk("/verify");
  await page.getByRole("button", { name: "Take the node's" }).click();
  await page.getByText(given.channel).waitFor();
  await page.getByRole("button", { name: "It is not: discard" }).click();
  equal(await page.evaluate(() => localStorage.getItem("ledger.genesis")), null, "what is kept");
});

await check("a genesis file of one's own is trusted and remembered", async () => {
  await page.locator("#genesis").setInputFiles(file("genesis.json"));
  await page.getByText("This browser trusts this channel").waitFor();
  await page.getByText(given.channel).waitFor();
  await page.reload();
  await page.getByText("This browser trusts this channel").waitFor();
});

const verdict = () => page.locator("[data-verdict]").getAttribute("data-verdict");
async function judge(receipt, subject) {
  await walk("/");
  await walk("/verify");
  await page.getByText("This browser trusts this channel").waitFor();
  // What the receipt is about comes first: then one verification does it all.
  if (subject !== undefined) await page.locator("#subject").setInputFiles(file(subject));
  await page.locator("#receipt").setInputFiles(file(receipt));
  await page.locator("[data-verdict]").waitFor({ timeout: 60_000 });
}

await check("a receipt holds, in JSON and binary", async () => {
  for (const name of ["receipt.json", "receipt.bin"]) {
    await judge(name);
    equal(await verdict(), "NONE", name);
  }
  await page.getByText("trade.payment").or(page.getByText("Delivery")).first().waitFor();
});

await check("a file of 100 MB is what was anchored, in constant memory", async () => {
  const start = performance.now();
  await judge("receipt.json", "big.bin");
  equal(await page.locator("[data-file]").getAttribute("data-file"), "same", "file");
  tell("milliseconds from dropping 100 MB to the verdict", Math.round(performance.now() - start));
});

await check("another file is not", async () => {
  await judge("receipt.json", "genesis.json");
  equal(await verdict(), "NONE", "receipt");
  equal(await page.locator("[data-file]").getAttribute("data-file"), "other", "file");
});

await check("a forged receipt does not hold, with its reason", async () => {
  await judge("forged.json");
  equal(await verdict(), given.forgedFault, "fault");
  await page.getByText("The receipt does not hold").waitFor();
});

await check("a disclosure holds, and a changed row is named", async () => {
  await judge("fingerprint-receipt.json", "disclosure.json");
  equal(await page.locator("[data-disclosure]").getAttribute("data-disclosure"), "VALID", "disclosure");
  await judge("fingerprint-receipt.json", "changed.json");
  equal(await page.locator("[data-disclosure]").getAttribute("data-disclosure"), "RECORD_MISMATCH", "changed");
  await page.getByText(`Record ${given.changedRow} is at fault`).waitFor();
});

await check("COSE receipts and a tlog-proof hold, and are about the same file", async () => {
  for (const name of ["receipt.cose", "receipt.tlog-proof"]) {
    await judge(name);
    equal(await verdict(), "NONE", name);
  }
  await page.getByText("tlog-proof with cosigned checkpoint").waitFor();
  await page.locator("#subject").setInputFiles(file("stated.txt"));
  await page.locator("[data-file=other]").waitFor();
});

await check("a transparent statement says who stated what, and knows its file", async () => {
  await judge("statement.cose", "stated.txt");
  equal(await verdict(), "NONE", "statement");
  equal(await page.locator("[data-file]").getAttribute("data-file"), "same", "file");
  await page.getByRole("region", { name: "Payload" }).getByText("the trips were delivered").waitFor();
});

await check("a disclosure bundle needs no second file, and a changed row in it is named", async () => {
  await judge("bundle.json");
  equal(await page.locator("[data-disclosure]").getAttribute("data-disclosure"), "VALID", "bundle");
  await judge("changed-bundle.json");
  equal(await verdict(), "NONE", "the receipt of the bundle");
  equal(await page.locator("[data-disclosure]").getAttribute("data-disclosure"), "RECORD_MISMATCH", "changed");
});

await check("the receipt of what a page shows is verified in place", async () => {
  await walk(`/evidence/${given.evidence}`);
  await page.getByRole("button", { name: "Verify the receipt here" }).click();
  await page.getByText("The receipt holds:").waitFor();
});

await check("a timeline is proven complete in the page, and a node that leaves the newest record out is found out", async () => {
  await walk(`/subjects/${encodeURIComponent(given.subject)}`);
  await page.getByText(`Complete, proven: ${given.records} records`).waitFor();
  await page.route("**/v1/evidence?subject=*", async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    body.evidence = body.evidence.filter((evidence) => evidence.subjectSequence < given.records);
    await route.fulfill({ response, json: body });
  });
  await walk("/");
  await walk(`/subjects/${encodeURIComponent(given.subject)}`);
  await page.getByText(`proves ${given.records} records, and ${given.records - 1} are shown here`).waitFor();
  await page.unroute("**/v1/evidence?subject=*");
});

await check("a value of a contract is proven in the page, and a changed one is found out", async () => {
  const look = async (key) => {
    await walk("/contracts");
    await walk("/contracts/settlement");
    await page.getByLabel("Key", { exact: true }).fill(key);
    await page.getByRole("button", { name: "Look up" }).click();
  };
  await look("nothing of that name");
  await page.getByText("Proven in this browser against the state root").waitFor();
  await page.getByText("The key has no value.").waitFor();
  await page.route("**/v1/state/**", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...await response.json(), present: true, valueBytes: "MQ==" } });
  });
  await look("nothing of that name");
  await page.getByText("The proof of the value does not hold: The state has no such key.").waitFor();
  await page.unroute("**/v1/state/**");
});

await check("contracts, a query, settlement and trades", async () => {
  await page.getByRole("link", { name: "Contracts" }).click();
  await page.getByRole("link", { name: "settlement", exact: true }).click();
  await page.getByLabel("Function").selectOption("totals");
  await page.getByLabel("Arguments (JSON)").fill('{"currency":"CNY"}');
  await page.getByRole("button", { name: "Ask" }).click();
  await page.getByText("RETURNED").waitFor();
  await page.getByRole("link", { name: "Settlement" }).click();
  await page.getByRole("heading", { name: "Payments" }).waitFor();
  await page.getByText("invoice-1").waitFor();
  for (const amount of ["CNY 990.00", "JPY 1,200"]) await page.getByText(amount).first().waitFor();
  await page.getByRole("link", { name: "Trades" }).click();
  await page.getByText("is not deployed").waitFor();
});

await check("audit findings", async () => {
  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByText("This node keeps no proof of a fault.").waitFor();
  await page.getByText("This node is no audit node").waitFor();
});

await check("no serious breach of accessibility on any page, light and dark, English and Chinese", async () => {
  const pages = [
    "/", "/blocks", `/blocks/${given.height}`, "/evidence", `/evidence?subject=${encodeURIComponent(given.subject)}`,
    `/evidence/${given.evidence}`, `/subjects/${encodeURIComponent(given.subject)}`, "/contracts", "/contracts/settlement",
    "/settlement", "/trades", "/audit", "/verify", "/sign-in", "/nowhere",
  ];
  // Through the protocol, not through the page: the page's policy lets no script in.
  await page.evaluate(axeSource);
  const found = [];
  for (const theme of ["light", "dark"]) {
    await page.evaluate((name) => { document.documentElement.dataset.theme = name; }, theme);
    for (const path of pages) {
      await walk(path);
      await page.waitForFunction(() => !document.querySelector("main p.empty[role=status]"));
      const violations = await page.evaluate(async () => {
        const result = await globalThis.axe.run(document, {
          resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
        });
        return result.violations.filter((v) => v.impact === "serious" || v.impact === "critical")
          .map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 200)} ${v.nodes[0].failureSummary}`);
      });
      found.push(...violations.map((violation) => `${theme} ${path} ${violation}`));
    }
    if (theme === "light") await page.getByRole("button", { name: "Switch to Chinese" }).click();
  }
  await page.getByRole("button", { name: "Switch to English" }).click();
  await page.evaluate(() => { document.documentElement.dataset.theme = "light"; });
  holds(found.length === 0, found.slice(0, 6).join("\n"));
});

await check("by keyboard alone: skip link, menu, search, record", async () => {
  await page.goto(`${origin}/`);
  await page.getByRole("heading", { name: "Validators" }).waitFor();
  await page.keyboard.press("Tab");
  equal(await page.evaluate(() => document.activeElement.className), "skip", "first stop");
  const to = async (text) => {
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate(() => document.activeElement.innerText ?? ""))?.trim() === text) return;
    }
    throw new Error(`no stop at ${text}`);
  };
  await to("Evidence");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Evidence", level: 1 }).waitFor();
  equal(await page.evaluate(() => document.activeElement.tagName), "H1", "focus after a page was opened");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type(given.subject);
  await page.keyboard.press("Enter");
  await page.getByText(`${given.records} records`).waitFor();
  equal(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none"
    || document.activeElement.tagName === "H1"), true, "focus is seen");
});

await check("a subject of 100,000 records stays fluid", () => longTimeline(page, walk, given.channel));

await check("a narrow screen of 360 pixels needs no sideways scrolling", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ["/", "/blocks", "/evidence", `/subjects/${encodeURIComponent(given.subject)}`, "/verify"]) {
    await walk(path);
    await page.waitForFunction(() => !document.querySelector("main p.empty[role=status]"));
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    holds(over <= 0, `${path} is ${over} pixels too wide`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
});

if (process.env.LEDGER_SCREENSHOTS) await screenshots(page, walk, given, process.env.LEDGER_SCREENSHOTS);
if (process.env.LEDGER_SCREENSHOTS_REVIEW) await review(page, walk, given, process.env.LEDGER_SCREENSHOTS_REVIEW);

await check("whoever is signed out is asked to sign in, and an identity file opens the door again", async () => {
  await walk("/");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("The node answers members only").first().waitFor();
  await walk("/sign-in");
  await page.locator("#identity").setInputFiles(given.identity);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(`You are signed in as ${given.member}`).waitFor({ timeout: 30_000 });
  await page.getByRole("link", { name: "Consortium" }).click();
  await page.getByRole("heading", { name: "Validators" }).waitFor();
});

await check("what is wrong is no identity", async () => {
  await walk("/sign-in");
  await page.locator("#identity").setInputFiles(file("genesis.json"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(/This is no identity file: (TooLarge|Malformed|UnknownFormat)/).waitFor();
});

await check("a page verifies after its node was killed", async () => {
  await walk("/verify");
  await page.getByText("This browser trusts this channel").waitFor();
  await ask("kill");
  await judge("receipt.json", "big.bin");
  equal(await verdict(), "NONE", "verdict");
  equal(await page.locator("[data-file]").getAttribute("data-file"), "same", "file");
  await walk("/");
  await page.getByText("The node does not answer").first().waitFor();
});

await check("no request went elsewhere, the policy was not breached, no script failed", () =>
  holds(wrongs.length === 0, wrongs.slice(0, 5).join("\n")));

await browser.close();
process.exit(0);
