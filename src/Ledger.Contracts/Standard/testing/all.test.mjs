import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTests } from "./harness.mjs";

// Contracts that the tests of a contract deploy beside it.
const uses = { claims: ["settlement"], "usage-control": ["settlement"], trade: ["settlement", "usage-control"] };
const standard = dirname(dirname(fileURLToPath(import.meta.url)));

for (const contract of ["settlement", "usage-control", "claims", "consent", "trade", "watch"]) {
  const folder = join(standard, contract, "tests");
  let files = [];
  try {
    files = readdirSync(folder).filter((f) => f.endsWith(".test.js"));
  } catch (e) {
    if (e.code !== "ENOENT") throw e;
  }
  for (const file of files) await runTests(contract, join(folder, file), uses[contract]);
}
