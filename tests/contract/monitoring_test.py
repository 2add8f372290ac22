"""What ops/monitoring hands to Prometheus and Grafana speaks of figures that the program has."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MONITORING = Path(__file__).resolve().parents[2] / "ops/monitoring"
ALERTS, DASHBOARD = MONITORING / "alerts.yml", MONITORING / "grafana.json"

# Minute by minute what a scrape says, and which alerts that must raise by its end.
STORIES = {
    "all is well": ({'syncline_log_closed': "0x30", 'up{job="syncline"}': "1x30",
                     "syncline_disk_free_bytes": "100x30", "syncline_disk_reserve_bytes": "10x30",
                     "syncline_queue_drafts": "5x30",
                     'syncline_projection_lag_events{projection="sessions"}': "0 3 0x28",
                     'syncline_mirror_state{state="streaming"}': "1x30",
                     'syncline_mirror_state{state="refusing"}': "0x30",
                     'syncline_mirror_state{state="fenced"}': "0x30",
                     "syncline_mirror_lag_seconds": "0.1x20 250x5 0x5",
                     'syncline_commit_sync_seconds_bucket{le="0.01"}': "0+600x30",
                     'syncline_commit_sync_seconds_bucket{le="+Inf"}': "0+600x30"}, set()),
    "a write failed": ({"syncline_log_closed": "0x10 1x20"}, {"SynclineLogClosed"}),
    "it is gone": ({'up{job="syncline"}': "1x10 0x20"}, {"SynclineDown"}),
    "the disk fills": ({"syncline_disk_free_bytes": "100-4x30",
                        "syncline_disk_reserve_bytes": "10x30"}, {"SynclineDiskLow"}),
    "a read failed": ({"syncline_failed_reads_total": "0x20 1x10"}, {"SynclineFailedReads"}),
    "the disk is slow": ({'syncline_commit_sync_seconds_bucket{le="0.1"}': "0+500x30",
                          'syncline_commit_sync_seconds_bucket{le="0.5"}': "0+600x30",
                          'syncline_commit_sync_seconds_bucket{le="+Inf"}': "0+600x30"},
                         {"SynclineSlowDisk"}),
    "appends wait": ({'syncline_append_seconds_bucket{le="1"}': "0+500x30",
                      'syncline_append_seconds_bucket{le="5"}': "0+600x30",
                      'syncline_append_seconds_bucket{le="+Inf"}': "0+600x30"},
                     {"SynclineSlowAppends"}),
    "too much comes": ({"syncline_queue_drafts": "20000x30"}, {"SynclineQueueLong"}),
    "a view is behind": ({'syncline_projection_lag_events{projection="sessions"}': "7x30"},
                         {"SynclineViewBehind"}),
    "the past is stuck": ({'syncline_past_lag_events{projection="sessions"}': "20000x30"},
                          {"SynclinePastStuck"}),
    "the past is built": ({'syncline_past_lag_events{projection="sessions"}': "90000-2000x30"},
                          set()),
    "one fault of its own": ({'syncline_http_problems_total{code="internal",route="/v1/events"}':
                              "_x26 1x4"}, {"SynclineOwnFault"}),
    "appends are refused": ({'syncline_http_problems_total{code="disk_full",route="/v1/events"}':
                             "1x25 1+1x5"}, {"SynclineOwnFault"}),
    "an old fault, and others'": ({
        'syncline_http_problems_total{code="internal",route="/v1/events"}': "1x30",
        'syncline_http_problems_total{code="unauthorized",route="/v1/events"}': "0+9x30"}, set()),
    "the mirror refuses": ({'syncline_mirror_state{state="refusing"}': "0x10 1x20",
                            'syncline_mirror_state{state="streaming"}': "1x10 0x20",
                            "syncline_mirror_lag_seconds": "0x30"}, {"SynclineMirrorRefuses"}),
    "another mirrors this node": ({'syncline_mirror_state{state="fenced"}': "0x10 1x20",
                                   'syncline_mirror_state{state="refusing"}': "0x30"},
                                  {"SynclineMirrorFenced"}),
    "Kafka is away": ({'syncline_mirror_state{state="backing_off"}': "1x30",
                       "syncline_mirror_lag_seconds": "0+60x30"}, {"SynclineMirrorBehind"}),
    "it answers 500": ({'syncline_http_requests_total{route="/v1/events",status="500"}':
                        "0+60x30"}, {"SynclineErrors"}),
    "too many connect": ({'syncline_http_refused_total{reason="limit"}': "0+1x30"},
                         {"SynclineConnectionsRefused"}),
}


def named_in(text):
    return set(re.findall(r"\bsyncline_\w+", text))


@pytest.fixture(scope="module")
def promtool():
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is missing (Debian package prometheus)")
    return found


@pytest.fixture(scope="module")
def figures(server):
    """Every name that /metrics can answer with."""
    page = (MONITORING.parents[1] / "docs/operations.md").read_text()
    names = set(re.findall(r"^\| `(\w+)` \|", page, re.M))  # which operations_page_test.py checks
    server.get("/healthz")  # routes have figures once they were asked
    text = server.get("/metrics", token=False).body.decode()
    histograms = set(re.findall(r"^# TYPE (\S+) histogram", text, re.M))
    return names | {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}


def test_alerts_name_figures_that_exist(figures):
    expressions = re.sub(r"(?m)^\s*#.*$", "", ALERTS.read_text())
    assert named_in(expressions) and named_in(expressions) <= figures


def test_the_dashboard_names_figures_that_exist(figures):
    board = json.loads(DASHBOARD.read_text())
    shown = set()
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            assert named_in(target["expr"]) <= figures, panel["title"]
            shown |= named_in(target["expr"])
    assert len(shown) > 12
    places = [tuple(panel["gridPos"].values()) for panel in board["panels"]]
    assert len(set(places)) == len(places)


def test_promtool_takes_the_rules_and_every_query(promtool, tmp_path):
    ran = subprocess.run([promtool, "check", "rules", str(ALERTS)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    queries = [target["expr"] for panel in json.loads(DASHBOARD.read_text())["panels"]
               for target in panel.get("targets", [])]
    rules = tmp_path / "queries.yml"
    rules.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": [
        {"record": f"query:{i}", "expr": query.replace("$__rate_interval", "5m")}
        for i, query in enumerate(queries)]}]}))
    ran = subprocess.run([promtool, "check", "rules", str(rules)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("story", STORIES)
def test_an_alert_fires_when_it_should_and_only_then(promtool, tmp_path, story):
    series, expected = STORIES[story]
    names = re.findall(r"- alert: (\w+)", ALERTS.read_text())
    test = {"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": [{
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [{"expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}})',
                              "eval_time": "29m",
                              "exp_samples": [{"value": 1, "labels": "{}"}] if name in expected
                              else []} for name in names]}]}
    file = tmp_path / "story.yml"
    file.write_text(json.dumps(test))
    ran = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_each_alert_has_a_story():
    told = set().union(*(expected for _, expected in STORIES.values()))
    assert told == set(re.findall(r"- alert: (\w+)", ALERTS.read_text()))
