import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { brotli } from "./tools/brotli.ts";

const backend = process.env.HUNTLINE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), brotli()],
  // Kusto's language worker reads `global`; without this it dies at run time after a build that looks fine.
  define: { global: "globalThis" },
  worker: { format: "es" },
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/huntline/web/portal",
    emptyOutDir: true,
    target: "es2022",
    // The content security policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 12_000,
    // Few files instead of a hundred small ones: what every page needs comes in two, each page in its own.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "core", test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next|openapi-fetch|use-sync-external-store)[\\/]/ },
            { name: "fluent", test: /node_modules[\\/](@fluentui|@griffel|tabster|keyborg|@floating-ui|@swc|@emotion|stylis|rtl-css-js)[\\/]/, minShareCount: 2 },
            { name: "shared", test: /[\\/]src[\\/](shared|app)[\\/](?!i18n[\\/](ko|ja))/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": backend, "/_allauth": backend } },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/shared/testing/setup.ts"],
    css: false,
    // Fluent writes imports that only a bundler resolves.
    server: { deps: { inline: [/@fluentui\//] } },
  },
});
