// Bundles modules of the console for Node, as build.mjs does for browsers, and imports them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { options } from "../build.mjs";

// What modules touch when they are loaded.
globalThis.localStorage ??= { getItem: () => null, setItem: () => {}, removeItem: () => {} };
globalThis.sessionStorage ??= globalThis.localStorage;
globalThis.navigator ??= { language: "en" };
globalThis.document ??= { documentElement: { lang: "", dataset: {} } };

export async function load(code) {
  const folder = mkdtempSync(join(tmpdir(), "ledger-console-"));
  try {
    const outfile = join(folder, "bundle.mjs");
    const { outdir: _, entryNames: __, ...common } = options(folder);
    await build({
      ...common, outfile, minify: false, platform: "node",
      stdin: { contents: code, resolveDir: join(import.meta.dirname, "../src"), loader: "ts" },
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
