// Builds the console into dist/: index.html and assets whose names carry their hash, each also compressed.
//   node build.mjs [--out FOLDER]
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

// The evidence types with their names, stages and lanes, from the page that the catalogue's own tests write.
function catalogue() {
  const page = readFileSync(join(here, "../../docs/spec/evidence.md"), "utf8");
  const pairs = (pattern) => [...page.matchAll(pattern)].map(([, code, zh, en]) => ({ code, zh, en }));
  const stages = [...page.matchAll(/^## (\S+) `([a-z-]+)`$/gm)].map(([, zh, code]) => ({ code, zh }));
  const types = [...page.matchAll(/^### `([^`]+)`\n\n(.+?)\. (.+?)\.\n\n- lane: \S+ \((\w+)\)/gm)]
    .map(([, code, zh, en, lane]) => ({ code, zh, en, lane }));
  const roles = pairs(/^\| `([a-z]+)` \| ([^|]+?) \| ([^|]+?) \|$/gm);
  if (types.length < 30 || stages.length < 5 || roles.length < 5) throw new Error("docs/spec/evidence.md reads otherwise");
  return { stages, types, roles };
}

const catalogueModule = {
  name: "catalogue",
  setup(builder) {
    builder.onResolve({ filter: /^catalogue:data$/ }, ({ path }) => ({ path, namespace: "catalogue" }));
    builder.onLoad({ filter: /.*/, namespace: "catalogue" }, () =>
      ({ contents: JSON.stringify(catalogue()), loader: "json" }));
  },
};

/** How modules of the console are bundled. */
export const options = (outdir) => ({
  plugins: [catalogueModule],
  absWorkingDir: here,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  entryNames: "[name]-[hash]",
  outdir,
  metafile: true,
  logLevel: "warning",
  alias: {
    "@ledger/verify": join(here, "../../packages/verify/src/index.ts"),
    // One copy of each, whichever folder imports it.
    "@noble/curves": join(here, "node_modules/@noble/curves"),
    "@noble/hashes": join(here, "node_modules/@noble/hashes"),
    "@noble/ciphers": join(here, "node_modules/@noble/ciphers"),
  },
});

async function buildAll(out) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "assets"), { recursive: true });
  const common = options(join(out, "assets"));
  const nameOf = (result, extension) =>
    basename(Object.keys(result.metafile.outputs).find((path) => path.endsWith(extension)));
  const worker = nameOf(await build({ ...common, entryPoints: ["src/verify/worker.ts"] }), ".js");
  const style = nameOf(await build({ ...common, entryPoints: ["src/styles/console.css"] }), ".css");
  const main = nameOf(await build({
    ...common,
    entryPoints: ["src/main.tsx"],
    define: { WORKER_URL: JSON.stringify(`/assets/${worker}`) },
  }), ".js");
  // Set before the first paint, so that a chosen theme does not flash.
  const theme = nameOf(await build({ ...common, format: "iife", entryPoints: ["src/theme-first.ts"] }), ".js");

  const page = readFileSync(join(here, "index.html"), "utf8")
    .replace("{{style}}", style).replace("{{main}}", main).replace("{{theme}}", theme);
  writeFileSync(join(out, "index.html"), page);
  for (const folder of [out, join(out, "assets")]) {
    for (const name of readdirSync(folder)) {
      if (!/\.(?:html|js|css)$/.test(name)) continue;
      const bytes = readFileSync(join(folder, name));
      writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
      }));
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const place = process.argv.indexOf("--out");
  await buildAll(place < 0 ? join(here, "dist") : process.argv[place + 1]);
}
