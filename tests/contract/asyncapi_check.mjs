// asyncapi_check.mjs MODULES DOCUMENT: what AsyncAPI's own parser says of a document, as JSON.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, document] = process.argv.slice(2);
const require = createRequire(join(modules, "node_modules", "x.js"));
const { Parser } = require("@asyncapi/parser");

const parsed = await new Parser().parse(await readFile(document, "utf8"), { source: document });
const faults = parsed.diagnostics.filter((found) => found.severity <= 1); // errors and warnings
console.log(JSON.stringify({
  faults: faults.map((found) => `${found.path.join(".")}: ${found.message}`),
  messages: Object.keys(parsed.document?.json().components.messages ?? {}),
  addresses: (parsed.document?.channels().all() ?? []).map((channel) => channel.address()),
}));
