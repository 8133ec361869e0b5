// Builds what browsers get: every assets/js/*.js, assets/css/site.css and the sheets of the live room, bundled, named by
// their content, compressed beforehand, with app/static/build/manifest.json telling which name a page must ask for. Also
// collects the fonts that PDF files are set in, and the world map that pages draw (world.json). ./run calls it whenever
// something under assets/ changed.

import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { world } from "./map/world.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "app", "static", "build");
const sheets = ["live-room-entry.css", "live-room.css", "site.css"];
const fonts = {
  "amiri": ["400Regular/Amiri_400Regular.ttf", "700Bold/Amiri_700Bold.ttf"],
  "noto-sans": ["400Regular/NotoSans_400Regular.ttf", "700Bold/NotoSans_700Bold.ttf"],
  "noto-sans-sc": ["400Regular/NotoSansSC_400Regular.ttf", "700Bold/NotoSansSC_700Bold.ttf"],
};

await mkdir(target, { recursive: true });
const manifest = await bundle(await entries());
const names = new Set([...Object.values(manifest.all), "manifest.json", "world.json"]);
await replace(join(target, "world.json"), JSON.stringify(await world()));
await Promise.all(Object.values(manifest.all).map(compress));
await replace(join(target, "manifest.json"), JSON.stringify(manifest.named, null, 2) + "\n");
await removeOthers(names);
await collectFonts();

/** The files that become a file of their own: one behaviour each, the one style sheet, those of the live room. */
async function entries() {
  const found = [];
  for (const [folder, wanted] of [["js", (name) => name.endsWith(".js")], ["css", (name) => sheets.includes(name)]]) {
    const all = await readdir(join(root, "assets", folder)).catch(() => []);
    found.push(...all.filter(wanted).sort().map((name) => join(root, "assets", folder, name)));
  }
  return found;
}

/** Bundle the entries; returns { named: { "site.css": "site.HASH.css" }, all: { path: name } } with shared pieces in all. */
async function bundle(entryPoints) {
  const result = await build({
    absWorkingDir: root,
    bundle: true,
    charset: "utf8",
    entryNames: "[name].[hash]",
    chunkNames: "part.[hash]",
    assetNames: "[name].[hash]",
    entryPoints,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    loader: { ".svg": "file", ".woff2": "file" },
    logLevel: "warning",
    metafile: true,
    minify: true,
    outdir: target,
    splitting: true,
    target: ["chrome100", "firefox100", "safari15"],
  });
  const all = {};
  const named = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    all[path] = relative(target, join(root, path));
    if (output.entryPoint) named[basename(output.entryPoint)] = all[path];
  }
  return { named: Object.fromEntries(Object.entries(named).sort()), all };
}

/** Write NAME.gz and NAME.br beside a file, each only where it is smaller. */
async function compress(name) {
  const content = await readFile(join(target, name));
  const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
  for (const [suffix, packed] of [
    [".gz", await promisify(gzip)(content, { level: 9 })],
    [".br", await promisify(brotliCompress)(content, best)],
  ]) {
    if (packed.length < content.length) {
      await replace(join(target, name + suffix), packed);
    }
  }
}

/** Write a file so that a reader sees the old one or the new one, never half of it. */
async function replace(path, content) {
  await writeFile(path + ".new", content);
  await rename(path + ".new", path);
}

/** Remove what earlier builds left, after the manifest no longer names it. */
async function removeOthers(names) {
  for (const entry of await readdir(target)) {
    const plain = entry.replace(/\.(gz|br)$/, "");
    if (!names.has(plain) && entry !== ".stamp") {
      await rm(join(target, entry), { recursive: true });
    }
  }
}

/** Copy the fonts of PDF files to build/fonts (regular and bold; the packages hold nine weights). */
async function collectFonts() {
  const folder = join(root, "build", "fonts");
  await mkdir(folder, { recursive: true });
  for (const [family, files] of Object.entries(fonts)) {
    for (const file of files) {
      await copyFile(join(root, "node_modules", "@expo-google-fonts", family, file), join(folder, basename(file)));
    }
  }
}
