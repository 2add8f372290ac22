// The client of seed 000 against a running server, under a clock that the test turns; after each
// step, what the admin sees. lyceum_client_test.py runs it: node lyceum_client_test.mjs <URL>

import assert from "node:assert/strict";
import { LyceumSessionSync } from "./lyceum_client.mjs";

const server = process.argv[2];
const USER = "2c3d4747-8d67-45af-90f5-b5e9058ec246";
const SESSION = "c25744bac907f25a26824a522b96c7f4c4cd871aeaf14c200ea77521495ee831";
const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;

// Time that stands still until advance(), and a fetch that finds the server on its own port.
class Environment {
  constructor(start) {
    this.time = start;
    this.timers = new Map();
    this.lastTimer = 0;
    this.inFlight = [];
    this.answers = [];
    this.logged = [];
    this.online = true;
  }
  now() { return new Date(this.time); }
  setTimeout(call, after) {
    this.timers.set(++this.lastTimer, { call, at: this.time + after });
    return this.lastTimer;
  }
  clearTimeout(id) { this.timers.delete(id); }
  log(line) { this.logged.push(line); }
  fetch(url, options) {
    assert.ok(url.startsWith("http://localhost:3594/"), url);
    const answered = this.online
      ? fetch(url.replace("http://localhost:3594", server), options)
      : Promise.reject(new Error("offline"));
    this.inFlight.push(answered.then(
      async (response) => this.answers.push(await response.clone().json()), () => {}));
    return answered;
  }
  async settled() {
    await Promise.all(this.inFlight.splice(0));
    await new Promise((resolve) => setImmediate(resolve));
  }
  async advance(ms) {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(([, t]) => t.at <= end).sort((a, b) => a[1].at - b[1].at);
      if (due.length === 0) break;
      const [id, timer] = due[0];
      this.timers.delete(id);
      this.time = timer.at;
      timer.call();
      await this.settled();
    }
    this.time = end;
    await this.settled();
  }
  nextIn() {
    const [timer, ...others] = this.timers.values();
    assert.equal(others.length, 0, "one timer at most");
    return timer === undefined ? null : timer.at - this.time;
  }
}

async function seen() {
  const response = await fetch(`${server}/api/admin/users/${USER}/centcom-sessions`);
  assert.equal(response.status, 200);
  const { latest_session: latest, sessions } = await response.json();
  assert.equal(sessions.length, 1);
  assert.deepEqual(latest, sessions[0]);
  return latest;
}

// Long enough ago that no claim of this story lies ahead of the server's clock.
const start = Date.now() - 4 * 24 * HOUR;
const environment = new Environment(start);
let ownId;

// The admin's view after a step: this status, this last activity; so many syncs were answered.
async function shows(status, activity, syncs) {
  await environment.settled();
  assert.equal(environment.answers.length, syncs);
  const view = await seen();
  const state = status === "terminated" ? "termination" : status;
  ownId ??= view.centcom_session_id;
  assert.equal(view.session_status, status);
  assert.equal(view.last_activity, new Date(activity).toISOString());
  assert.equal(view.sync_timestamp, view.last_activity);
  assert.equal(view.created_at, new Date(start).toISOString());
  assert.equal(view.external_session_id, SESSION);
  assert.equal(view.centcom_session_id, ownId);
  assert.equal(view.license_type, "enterprise");
  assert.equal(view.risk_score, 10);
  assert.equal(view.location_formatted, "Local, Development");
  assert.equal(view.heartbeat_type, `${state}_sync`);
  assert.equal(view.sync_source, `centcom_optimized_${state}_sync`);
  if (status !== "terminated") {
    assert.equal(view.last_sync_interval, status === "active" ? 480000 : 86400000);
  }
}

const client = new LyceumSessionSync(SESSION, USER, environment);
await shows("active", start, 1);
assert.equal(ownId.split("-").slice(0, 3).join("-"), `centcom-sync-${start}`);
assert.deepEqual(environment.answers[0], {
  success: true, message: "Session synced successfully", session_id: ownId,
  external_session_id: SESSION, action: "created", applied: true,
  position: environment.answers[0].position,
});
assert.equal(environment.nextIn(), 8 * MINUTE);

await environment.advance(8 * MINUTE - 1);
await shows("active", start, 1);
await environment.advance(1);
await shows("active", start + 8 * MINUTE, 2);
assert.equal(environment.answers[1].action, "updated");
await environment.advance(16 * MINUTE);
await shows("active", start + 24 * MINUTE, 4);

await environment.advance(5 * MINUTE);
client.setIdle();
await shows("idle", start + 29 * MINUTE, 5);
assert.equal(environment.nextIn(), 24 * HOUR);
client.setIdle();
await shows("idle", start + 29 * MINUTE, 5);
await environment.advance(24 * HOUR);
await shows("idle", start + 29 * MINUTE + 24 * HOUR, 6);

await environment.advance(HOUR);
const back = start + 29 * MINUTE + 25 * HOUR;
client.setActive();
await shows("active", back, 7);
assert.equal(environment.nextIn(), 8 * MINUTE);

// A beat that is lost on the way costs nothing but itself.
environment.online = false;
await environment.advance(8 * MINUTE);
assert.equal(environment.logged.at(-1), "failed: offline");
await shows("active", back, 7);
environment.online = true;
await environment.advance(8 * MINUTE);
await shows("active", back + 16 * MINUTE, 8);

await environment.advance(MINUTE);
client.terminate();
await shows("terminated", back + 17 * MINUTE, 9);
assert.equal(environment.nextIn(), null);
await environment.advance(48 * HOUR);
await shows("terminated", back + 17 * MINUTE, 9);

// A second window of the same session that has not noticed: accepted, and changes nothing.
client.setIdle();
await shows("terminated", back + 17 * MINUTE, 10);
assert.equal(environment.answers[9].applied, false);

assert.ok(environment.answers.every((a) => a.success === true && a.session_id === ownId));
assert.equal(environment.logged.filter((line) => line === "synced").length, 10);
console.log("all steps shown");
