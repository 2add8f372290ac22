// The client that seed 001 describes: heartbeatService, a singleton that tells every 45 seconds,
// the first time at once, which module its user is in. Silent failures: what goes wrong is noted
// and disturbs nobody. Timers, fetch, storage and console are the environment's, so that a test can
// turn the clock.

const HEARTBEAT_INTERVAL = 45000;

class HeartbeatService {
  constructor() {
    this.environment = null;
    this.timer = null;
    this.currentModule = null;
  }

  startHeartbeat(module) {
    if (this.timer !== null && this.currentModule === module) return;
    this.stopHeartbeat();
    this.currentModule = module;
    this.sendHeartbeat();
    this.timer = this.environment.setInterval(() => this.sendHeartbeat(), HEARTBEAT_INTERVAL);
  }

  stopHeartbeat() {
    if (this.timer !== null) this.environment.clearInterval(this.timer);
    this.timer = null;
    this.currentModule = null;
  }

  getCurrentModule() {
    return this.currentModule;
  }

  async sendHeartbeat() {
    const { environment, currentModule } = this;
    if (currentModule === null) return;
    const token = environment.localStorage.getItem("token");
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    try {
      const response = await environment.fetch(`${environment.baseUrl}/api/stats/heartbeat`, {
        method: "POST", headers, body: JSON.stringify({ module: currentModule }),
      });
      if (!response.ok) environment.debug(`Heartbeat failed: ${response.status}`);
    } catch (error) {
      environment.debug(`Heartbeat error: ${error.message}`);
    }
  }
}

export const heartbeatService = new HeartbeatService();
