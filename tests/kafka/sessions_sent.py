"""Sessions that come, fall idle, end, speak too late and repeat themselves, and the table that the
server has of them."""

SYNC = "/api/centcom/sessions/sync"
USERS = 12


def send_sessions(server, part):
    """`part`: 0, 1, …; each goes on where the one before ended."""
    for user in range(USERS):
        session = f"device-{user}"
        said = [("active", 1), ("idle", 5), ("active", 3)]  # the last one is late
        if user % 3 == 0:
            said += [("terminated", 6), ("active", 7)]      # after its end: final
        if user % 4 == 1:
            said += [("active", 8), ("active", 8)]
        for status, minute in said:
            at = f"2025-09-18T{10 + part:02}:{minute:02}:00.000Z"
            answer = server.post(SYNC, {"user_id": f"user {user}", "session_data": {
                "session_id": session, "status": status, "last_activity": at}}, token=False)
            assert answer.status == 200, answer


def server_table(server):
    """subject → status, of the log: what a reader of all events must come to."""
    listed = server.get("/api/admin/sessions?limit=100", token=False).json()["sessions"]
    return {f"session/{one['user_id'].replace(' ', '%20')}/{one['external_session_id']}":
            one["session_status"] for one in listed}
