import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompress, constants } from "node:zlib";
import { promisify } from "node:util";
import type { Plugin } from "vite";

const compress = promisify(brotliCompress);
const COMPRESSIBLE = /\.(css|html|js|json|svg|ttf)$/;
const SMALLEST_WORTH_IT = 1024;

/** Writes a `.br` beside every text file of the build, so that the server never compresses while it answers. */
export function brotli(): Plugin {
  let folder = "";
  return {
    name: "huntline:brotli",
    apply: "build",
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true });
      for (const entry of entries.filter((name) => COMPRESSIBLE.test(name))) {
        const path = join(folder, entry);
        const text = await readFile(path);
        if (text.length < SMALLEST_WORTH_IT) continue;
        const packed = await compress(text, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
        });
        await writeFile(`${path}.br`, packed);
      }
    },
  };
}
