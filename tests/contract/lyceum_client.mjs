// The client that seed 000 describes, with its names, payload and rhythm: a sync at once, every 8
// minutes while active, every 24 hours while idle, at once when that changes, and a last one on
// logout. Timers, clock and fetch are the environment's, so that a test can turn the clock.
// The last four methods are those that the document leaves to whoever integrates it.

const ACTIVE_INTERVAL_MS = 8 * 60 * 1000;
const IDLE_INTERVAL_MS = 24 * 60 * 60 * 1000;
const ENDPOINT = "http://localhost:3594/api/centcom/sessions/sync";

export class LyceumSessionSync {
  constructor(sessionId, userId, environment) {
    this.sessionId = sessionId;
    this.userId = userId;
    this.environment = environment;
    this.startedAt = environment.now();
    this.isActive = true;
    this.syncTimer = null;
    this.startSync();
  }

  startSync() {
    this.sendSyncUpdate();
    this.scheduleNextSync();
  }

  scheduleNextSync() {
    if (this.syncTimer !== null) this.environment.clearTimeout(this.syncTimer);
    this.syncTimer = this.environment.setTimeout(() => {
      this.sendSyncUpdate();
      this.scheduleNextSync();
    }, this.interval());
  }

  async sendSyncUpdate() {
    await this.send(this.isActive ? "active" : "idle", this.isActive ? "active_sync" : "idle_sync",
                    { "Content-Type": "application/json" });
  }

  setIdle() {
    this.change(false);
  }

  setActive() {
    this.change(true);
  }

  terminate() {
    if (this.syncTimer !== null) this.environment.clearTimeout(this.syncTimer);
    this.syncTimer = null;
    this.sendTerminationUpdate();
  }

  change(active) {
    if (this.isActive === active) return;
    this.isActive = active;
    this.sendSyncUpdate();
    this.scheduleNextSync();
  }

  interval() {
    return this.isActive ? ACTIVE_INTERVAL_MS : IDLE_INTERVAL_MS;
  }

  async send(status, heartbeat, headers) {
    const now = this.environment.now().toISOString();
    const body = {
      user_id: this.userId,
      session_data: {
        session_id: this.sessionId,
        status,
        created_at: this.getSessionStartTime(),
        last_activity: now,
        location: this.getLocationInfo(),
        device_info: this.getDeviceInfo(),
        application_info: {
          app_name: "centcom", app_version: "1.0.0", license_type: "enterprise",
        },
        security_info: { mfa_verified: false, risk_score: 0.1 },
      },
      sync_metadata: {
        sync_timestamp: now,
        sync_source: `centcom_optimized_${heartbeat}`,
        sync_version: "2.0_optimized",
        last_sync_interval: this.interval(),
        heartbeat_type: heartbeat,
      },
    };
    try {
      const response = await this.environment.fetch(
        ENDPOINT, { method: "POST", headers, body: JSON.stringify(body) });
      this.environment.log(response.ok ? "synced" : `refused: ${response.status}`);
    } catch (error) {
      this.environment.log(`failed: ${error.message}`);
    }
  }

  // A page that unloads can send plain text only.
  sendTerminationUpdate() {
    return this.send("terminated", "termination_sync", { "Content-Type": "text/plain" });
  }

  getSessionStartTime() {
    return this.startedAt.toISOString();
  }

  getLocationInfo() {
    return {
      ip: "::1", country: "Local", city: "Development", timezone: "America/Los_Angeles",
      formatted: "Local, Development",
    };
  }

  getDeviceInfo() {
    return {
      platform: "windows", device_type: "desktop", browser: "CentCom Desktop (Tauri)",
      user_agent: "CentCom/1.0.0", formatted: "Windows Desktop",
    };
  }
}
