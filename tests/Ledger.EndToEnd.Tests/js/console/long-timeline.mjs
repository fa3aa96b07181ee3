// A subject of 100,000 records, served in the node's place: real leaves, each chained to the one before.
import { createHash } from "node:crypto";
import { equal, holds, tell } from "./checks.mjs";

const COUNT = 100_000;
const TYPES = ["authorisation.scene-review", "trade.delivery", "trade.payment", "post-trade.settlement"];
const SUBJECT = "order/long";

const varint = (value) => {
  const out = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
  return Buffer.from(out);
};
const text = (field, value) => bytes(field, Buffer.from(value));
const bytes = (field, value) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value]);
const uint = (field, value) => Buffer.concat([varint(field * 8), varint(value)]);

function leafOf(i, previous) {
  const record = Buffer.concat([
    text(1, TYPES[i % TYPES.length]), text(2, SUBJECT), text(3, `clerk-${i % 5}`), text(4, "step"), text(5, "platform"),
  ]);
  const id = createHash("sha256").update(`${i}`).digest();
  return Buffer.concat([
    bytes(1, record), bytes(2, id), bytes(4, id), text(5, `org-${i % 9}`), uint(6, i + 1),
    ...(previous === null ? [] : [bytes(7, previous)]), uint(8, 1_780_000_000_000 + i * 1000),
  ]);
}

function pages() {
  const leaves = [];
  let previous = null;
  for (let i = 0; i < COUNT; i++) {
    const leaf = leafOf(i, previous);
    previous = createHash("sha256").update(Buffer.of(0)).update(leaf).digest();
    leaves.push(leaf.toString("base64"));
  }
  return leaves;
}

export async function longTimeline(page, walk) {
  const leaves = pages();
  await page.route("**/v1/evidence?subject=order%2Flong*", (route) => {
    const query = new URL(route.request().url()).searchParams;
    const limit = Number(query.get("limit"));
    const newest = query.get("order") === "newest";
    const from = newest ? COUNT - limit : Number(query.get("cursor") ?? 0);
    const slice = leaves.slice(from, from + limit);
    const next = !newest && from + limit < COUNT ? String(from + limit) : null;
    return route.fulfill({
      json: { evidence: slice.map((leafBytes, i) => ({ leafBytes, subjectSequence: from + i + 1 })), nextCursor: next },
    });
  });
  await walk(`/subjects/${encodeURIComponent(SUBJECT)}`);
  const start = performance.now();
  await page.getByRole("button", { name: "Load all" }).click();
  await page.getByText(`Chain of hashes holds: each of ${COUNT.toLocaleString("en-GB")} records`).waitFor({ timeout: 180_000 });
  tell("milliseconds to load and check 100,000 records", Math.round(performance.now() - start));

  const { rows, longest, frames } = await page.evaluate(scroll);
  tell("milliseconds of the longest frame while scrolling 100,000 records", longest);
  tell("frames while scrolling", frames);
  holds(rows <= 80, `${rows} rows are in the document at once`);
  equal(await page.locator(".picture circle.entry").count(), 0, "records drawn one by one");
  const bars = await page.locator(".picture svg g[role=img]").count();
  holds(bars > 30 && bars <= 240, `${bars} bars`);
  await page.locator(".list").evaluate((list) => { list.scrollTop = list.scrollHeight; });
  await page.locator(".row a", { hasText: COUNT.toLocaleString("en-GB") }).waitFor();
  await page.unroute("**/v1/evidence?subject=order%2Flong*");
}

// In the page: from top to end in 60 steps, one a frame.
async function scroll() {
  const list = document.querySelector(".list");
  const frame = () => new Promise(requestAnimationFrame);
  let last = await frame();
  let longest = 0;
  let rows = 0;
  for (let i = 1; i <= 60; i++) {
    list.scrollTop = (list.scrollHeight * i) / 60;
    const now = await frame();
    longest = Math.max(longest, now - last);
    last = now;
    rows = Math.max(rows, list.querySelectorAll(".row").length);
  }
  return { rows, longest: Math.round(longest), frames: 60 };
}
