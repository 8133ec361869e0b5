// Unpacks the Chromium that @sparticuz/chromium ships, with the libraries and fonts a bare machine lacks, into the
// folder given as argument, and writes FOLDER/start, which runs it with them.

import { createReadStream, createWriteStream } from "node:fs";
import { chmod, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const folder = resolve(process.argv[2]);
const { extract } = createRequire(join(folder, "package.json"))("tar-fs");
const packed = (name) => createReadStream(join(folder, "node_modules", "@sparticuz", "chromium", "bin", name));

for (const name of ["al2023.tar.br", "swiftshader.tar.br", "fonts.tar.br"]) {
  await pipeline(packed(name), createBrotliDecompress(), extract(folder));
}
const partial = join(folder, "chromium.new");
await pipeline(packed("chromium.br"), createBrotliDecompress(), createWriteStream(partial));
await chmod(partial, 0o755);
await rename(partial, join(folder, "chromium"));
await writeFile(join(folder, "fonts.conf"), `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="relative">fonts-cache</cachedir></fontconfig>
`);
await writeFile(join(folder, "start"), `#!/bin/sh
here=$(dirname "$0")
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$here/fonts.conf"
LD_LIBRARY_PATH="$here/lib" exec "$here/chromium" "$@"
`, { mode: 0o755 });
