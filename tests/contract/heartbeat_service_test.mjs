// The client of seed 001 against a running server, under a clock that the test turns.
// heartbeat_service_test.py runs it: node heartbeat_service_test.mjs <URL> <token A> <token B>

import assert from "node:assert/strict";
import { heartbeatService } from "./heartbeat_service.mjs";

const [server, tokenA, tokenB] = process.argv.slice(2);

// Intervals that stand still until advance(), a storage with one token, a console that remembers.
class Environment {
  constructor() {
    this.baseUrl = server;
    this.time = 0;
    this.intervals = new Map();
    this.lastInterval = 0;
    this.inFlight = [];
    this.answers = [];
    this.noted = [];
    this.online = true;
    this.token = null;
    this.localStorage = { getItem: (name) => (name === "token" ? this.token : null) };
  }
  setInterval(call, every) {
    this.intervals.set(++this.lastInterval, { call, every, at: this.time + every });
    return this.lastInterval;
  }
  clearInterval(id) { this.intervals.delete(id); }
  debug(line) { this.noted.push(line); }
  fetch(url, options) {
    const answered = this.online ? fetch(url, options) : Promise.reject(new Error("offline"));
    this.inFlight.push(answered.then(async (response) => this.answers.push(
      { status: response.status, ...await response.clone().json() }), () => {}));
    return answered;
  }
  async settled() {
    await Promise.all(this.inFlight.splice(0));
    await new Promise((resolve) => setImmediate(resolve));
  }
  async advance(seconds) {
    const end = this.time + seconds * 1000;
    for (;;) {
      const due = [...this.intervals.values()].filter((i) => i.at <= end)
        .sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.time = due.at;
      due.at += due.every;
      due.call();
      await this.settled();
    }
    this.time = end;
  }
}

const environment = new Environment();
heartbeatService.environment = environment;

async function active() {
  const response = await fetch(`${server}/api/stats/modules`);
  assert.equal(response.status, 200);
  const { procurement, innovation } = await response.json();
  return { pms: procurement.activeNow, ih: innovation.activeNow };
}
async function sent(count) {
  await environment.settled();
  assert.equal(environment.answers.length, count);
}

assert.equal(heartbeatService.getCurrentModule(), null);

// Without a token: 401, noted, and on it goes.
heartbeatService.startHeartbeat("pms");
await sent(1);
assert.deepEqual(environment.answers[0], { status: 401, error: "Authentication required" });
assert.deepEqual(environment.noted, ["Heartbeat failed: 401"]);
assert.equal(heartbeatService.getCurrentModule(), "pms");
assert.deepEqual(await active(), { pms: 0, ih: 0 });

// Logged in: the next beat counts, and then one every 45 seconds.
environment.token = tokenA;
await environment.advance(44.999);
await sent(1);
await environment.advance(0.001);
await sent(2);
assert.deepEqual(environment.answers[1], {
  status: 200, success: true, activeUsers: 1, userId: 7,
  timestamp: environment.answers[1].timestamp,
});
assert.deepEqual(await active(), { pms: 1, ih: 0 });
await environment.advance(90);
await sent(4);

// Another module: the old heartbeat stops, the new one begins at once.
heartbeatService.startHeartbeat("ih");
await sent(5);
assert.equal(heartbeatService.getCurrentModule(), "ih");
assert.equal(environment.intervals.size, 1);
assert.deepEqual(await active(), { pms: 0, ih: 1 });

// A beat that is lost on the way costs nothing but itself.
environment.online = false;
await environment.advance(45);
assert.equal(environment.noted.at(-1), "Heartbeat error: offline");
await sent(5);
environment.online = true;
await environment.advance(45);
await sent(6);

// A module that there is not: refused, noted, nobody moves.
heartbeatService.startHeartbeat("crm");
await sent(7);
assert.deepEqual(environment.answers[6],
                 { status: 400, error: 'Invalid module. Must be "pms" or "ih"' });
assert.deepEqual(await active(), { pms: 0, ih: 1 });

// Another user in the same browser, then silence: the session stays until it expires.
environment.token = tokenB;
heartbeatService.startHeartbeat("pms");
await sent(8);
assert.equal(environment.answers[7].activeUsers, 2);
heartbeatService.stopHeartbeat();
await environment.advance(3600);
await sent(8);
assert.equal(heartbeatService.getCurrentModule(), null);
assert.deepEqual(await active(), { pms: 1, ih: 1 });
console.log("all steps shown");
