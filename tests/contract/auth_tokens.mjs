// What other programs make: tokens of every algorithm by `jose`, and the session cookies of
// `next-auth`. Prints one JSON object for auth_tokens_test.py.
//   node auth_tokens.mjs FOLDER SECRET     (FOLDER has node_modules)
import { createRequire } from "node:module";

const [folder, secret] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const jose = require("jose");
const nextAuth = require("next-auth/jwt");

const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
  "EdDSA"];

const pairs = await Promise.all(algorithms.map((alg) => jose.generateKeyPair(alg)));
const publicKeys = await Promise.all(pairs.map(async (pair, i) => ({
  ...await jose.exportJWK(pair.publicKey), alg: algorithms[i], kid: `key-${i}`, use: "sig",
})));
const token = (alg, key, kid) => new jose.SignJWT({ sub: "42", name: "Ada", role: "admin" })
  .setProtectedHeader({ alg, kid }).setIssuedAt().setExpirationTime("1h").sign(key);
const signed = await Promise.all(pairs.map((pair, i) =>
  token(algorithms[i], pair.privateKey, `key-${i}`)));
const byEachOther = await Promise.all(pairs.map((pair, i) =>
  token(algorithms[i], pair.privateKey, `key-${(i + 1) % pairs.length}`)));
const macs = await Promise.all(["HS256", "HS384", "HS512"].map((alg) =>
  token(alg, new TextEncoder().encode(secret), undefined)));

const user = { sub: "42", name: "Ada", email: "ada@example.com" };
console.log(JSON.stringify({
  algorithms,
  jwks: { keys: publicKeys },
  pems: await Promise.all(pairs.map((pair) => jose.exportSPKI(pair.publicKey))),
  signed,
  byEachOther,
  macs,
  cookie: await nextAuth.encode({ token: user, secret, maxAge: 3600 }),
  large: await nextAuth.encode({ token: { ...user, picture: "x".repeat(4000) }, secret }),
  expired: await nextAuth.encode({ token: user, secret, maxAge: -60 }),
  foreign: await nextAuth.encode({ token: user, secret: `${secret}!` }),
}));
