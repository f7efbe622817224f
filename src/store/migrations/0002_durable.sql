-- The durable engine at full strength: hot tables apart from history, each keyed so that it grows at its end. docs/durable.md
-- explains them. `rank` is the negative priority: lower comes first. The tables that are written for each run and step have no
-- CHECK with a list of values: SQLite builds a table for the list at each write, which costs more than the write.

CREATE TABLE runs_2 (
  run_id          TEXT NOT NULL PRIMARY KEY,
  tenant_id       TEXT NOT NULL,
  workflow        TEXT NOT NULL,
  version         INTEGER NOT NULL,
  idempotency_key TEXT,
  parent_run_id   TEXT,
  forked_from     TEXT,
  rank            INTEGER NOT NULL DEFAULT 0,
  limit_key       TEXT,
  key_limit       BIGINT NOT NULL DEFAULT 0,
  input           TEXT NOT NULL,
  outcome         TEXT,
  output          TEXT,
  error_code      TEXT,
  error_message   TEXT,
  error_hint      TEXT,
  last_token      BIGINT NOT NULL DEFAULT 0,
  created_at      BIGINT NOT NULL,
  finished_at     BIGINT,
  CHECK ((outcome IS NULL) = (finished_at IS NULL))
--sqlite ) WITHOUT ROWID;
--postgresql ) WITH (fillfactor = 80);

-- The three places of a run that has not ended; a run is in exactly one.

-- Waits for a worker. A worker takes the tenants in turn, and of each the first rows.
CREATE TABLE ready_runs (
  tenant_id TEXT NOT NULL,
  rank      INTEGER NOT NULL,
  run_id    TEXT NOT NULL,
  token     BIGINT NOT NULL,
  rescues   BIGINT NOT NULL,
  limit_key TEXT,
  key_limit BIGINT NOT NULL,
  PRIMARY KEY (tenant_id, rank, run_id)
--sqlite ) WITHOUT ROWID;
--postgresql );

-- A worker has it, as long as the worker's lease lasts (workers) and the token is the one it was given.
CREATE TABLE leased_runs (
  run_id    TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  rank      INTEGER NOT NULL,
  token     BIGINT NOT NULL,
  rescues   BIGINT NOT NULL,
  limit_key TEXT,
  key_limit BIGINT NOT NULL,
  worker_id TEXT NOT NULL,
  request   TEXT
--sqlite ) WITHOUT ROWID;
--postgresql );
CREATE INDEX leased_runs_by_key ON leased_runs (tenant_id, limit_key) WHERE limit_key IS NOT NULL;

-- Waits for something else than a worker: an event or a time (waiting), a place among the runs with its key (blocked), a
-- worker that knows its workflow (parked), a person (paused).
CREATE TABLE waiting_runs (
  run_id    TEXT NOT NULL PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  rank      INTEGER NOT NULL,
  token     BIGINT NOT NULL,
  rescues   BIGINT NOT NULL,
  limit_key TEXT,
  key_limit BIGINT NOT NULL,
  place     TEXT NOT NULL CHECK (place IN ('waiting', 'blocked', 'parked', 'paused')),
  wake_at   BIGINT,
  paused    INTEGER NOT NULL DEFAULT 0,
  reason    TEXT,
  CHECK (place = 'waiting' OR wake_at IS NULL)
--sqlite ) WITHOUT ROWID;
--postgresql );
CREATE INDEX waiting_runs_by_time ON waiting_runs (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX waiting_runs_blocked ON waiting_runs (tenant_id, limit_key, rank, run_id) WHERE place = 'blocked';
CREATE INDEX waiting_runs_parked ON waiting_runs (run_id) WHERE place = 'parked';

CREATE TABLE workers (
  worker_id   TEXT NOT NULL PRIMARY KEY,
  lease_until BIGINT NOT NULL,
  started_at  BIGINT NOT NULL
);

-- The journal.
CREATE TABLE steps_2 (
  run_id        TEXT NOT NULL,
  branch        TEXT NOT NULL,
  position      BIGINT NOT NULL,
  tenant_id     TEXT NOT NULL,
  ordinal       BIGINT NOT NULL,
  ended_after   BIGINT,
  kind          TEXT NOT NULL,
  name          TEXT NOT NULL,
  occurrence    BIGINT NOT NULL,
  state         TEXT NOT NULL,
  attempt       BIGINT NOT NULL,
  failures      BIGINT NOT NULL DEFAULT 0,
  token         BIGINT NOT NULL,
  worker_id     TEXT NOT NULL DEFAULT '',
  started_at    BIGINT NOT NULL,
  finished_at   BIGINT,
  wake_at       BIGINT,
  child_run_id  TEXT,
  result        TEXT,
  error_code    TEXT,
  error_message TEXT,
  error_hint    TEXT,
  PRIMARY KEY (run_id, branch, position),
  CHECK ((state = 'completed') = (result IS NOT NULL)),
  CHECK ((state = 'started') = (finished_at IS NULL))
--sqlite ) WITHOUT ROWID;
--postgresql ) WITH (fillfactor = 80);

CREATE TABLE waits_2 (
  run_id    TEXT NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('signal', 'child')),
  name      TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  PRIMARY KEY (run_id, kind, name)
--sqlite ) WITHOUT ROWID;
--postgresql );

CREATE TABLE signals_2 (
  run_id      TEXT NOT NULL,
  name        TEXT NOT NULL,
  number      BIGINT NOT NULL,
  tenant_id   TEXT NOT NULL,
  signal_id   TEXT NOT NULL,
  payload     TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  taken_by    TEXT,
  taken_at    BIGINT,
  PRIMARY KEY (run_id, name, number),
  UNIQUE (run_id, signal_id),
  CHECK ((taken_by IS NULL) = (taken_at IS NULL))
--sqlite ) WITHOUT ROWID;
--postgresql );

-- What a run has published.
CREATE TABLE run_values (
  run_id     TEXT NOT NULL,
  name       TEXT NOT NULL,
  tenant_id  TEXT NOT NULL,
  value      TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (run_id, name)
);

CREATE TABLE tenant_limits (
  tenant_id   TEXT NOT NULL PRIMARY KEY,
  weight      DOUBLE PRECISION NOT NULL CHECK (weight > 0),
  max_running BIGINT,
  max_starts  BIGINT,
  per         BIGINT NOT NULL,
  next_start  BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE retentions (
  tenant_id TEXT NOT NULL PRIMARY KEY,
  max_age   BIGINT,
  max_count BIGINT
);

CREATE TABLE schedules (
  tenant_id   TEXT NOT NULL,
  name        TEXT NOT NULL,
  rule        TEXT NOT NULL,
  zone        TEXT NOT NULL,
  workflow    TEXT NOT NULL,
  input       TEXT NOT NULL,
  overlap     TEXT NOT NULL CHECK (overlap IN ('skip', 'buffer_one', 'allow', 'cancel')),
  catch_up    BIGINT NOT NULL,
  paused      INTEGER NOT NULL,
  start_at    BIGINT NOT NULL,
  next_at     BIGINT,
  last_at     BIGINT,
  last_run_id TEXT,
  buffered_at BIGINT,
  fired       BIGINT NOT NULL DEFAULT 0,
  skipped     BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, name)
);
CREATE INDEX schedules_due ON schedules (next_at) WHERE next_at IS NOT NULL;

-- What the tables before held. A run that was to be cancelled is with a worker or, as of one that was lost, with nobody.

INSERT INTO runs_2 (run_id, tenant_id, workflow, version, idempotency_key, parent_run_id, input, outcome, output, error_code,
  error_message, error_hint, last_token, created_at, finished_at)
SELECT run_id, tenant_id, workflow, version, NULLIF(idempotency_key, run_id), parent_run_id, input, outcome, output, error_code,
  error_message, error_hint, last_token, created_at, finished_at
FROM runs;

INSERT INTO ready_runs (tenant_id, rank, run_id, token, rescues, key_limit)
SELECT tenant_id, 0, run_id, token, rescues, 0 FROM open_runs WHERE place = 'ready' AND cancel_requested = 0;

INSERT INTO leased_runs (run_id, tenant_id, rank, token, rescues, key_limit, worker_id, request)
SELECT run_id, tenant_id, 0, token, rescues, 0, COALESCE(worker_id, 'lost'), CASE cancel_requested WHEN 1 THEN 'cancel' END
FROM open_runs WHERE place = 'leased' OR cancel_requested = 1;

INSERT INTO workers (worker_id, lease_until, started_at)
SELECT COALESCE(worker_id, 'lost'), COALESCE(max(lease_until), 0), min(ready_at)
FROM open_runs WHERE place = 'leased' OR cancel_requested = 1 GROUP BY COALESCE(worker_id, 'lost');

INSERT INTO waiting_runs (run_id, tenant_id, rank, token, rescues, key_limit, place, wake_at, reason)
SELECT run_id, tenant_id, 0, token, rescues, 0, place, wake_at, reason
FROM open_runs WHERE place IN ('waiting', 'parked') AND cancel_requested = 0;

INSERT INTO steps_2 (run_id, branch, position, tenant_id, ordinal, ended_after, kind, name, occurrence, state, attempt, failures,
  token, started_at, finished_at, wake_at, child_run_id, result, error_code, error_message, error_hint)
SELECT run_id, branch, position, tenant_id, ordinal, ended_after, kind, name, occurrence, state, attempt, failures,
  token, started_at, finished_at, wake_at, child_run_id, result, error_code, error_message, error_hint
FROM steps;

INSERT INTO waits_2 (run_id, kind, name, tenant_id) SELECT run_id, kind, name, tenant_id FROM waits;

INSERT INTO signals_2 (run_id, name, number, tenant_id, signal_id, payload, created_at, taken_by, taken_at)
SELECT run_id, name, number, tenant_id, signal_id, payload, created_at, taken_by, taken_at
FROM signals;

-- A delivery outlives the history of its run.
CREATE TABLE deliveries_2 (
  run_id       TEXT PRIMARY KEY,
  tenant_id    TEXT NOT NULL,
  project_id   TEXT NOT NULL REFERENCES projects (project_id),
  stage        TEXT NOT NULL,
  failed_stage TEXT,
  updated_at   BIGINT NOT NULL
);
INSERT INTO deliveries_2 (run_id, tenant_id, project_id, stage, failed_stage, updated_at)
SELECT run_id, tenant_id, project_id, stage, failed_stage, updated_at FROM deliveries;

DROP TABLE waits;
DROP TABLE open_runs;
DROP TABLE steps;
DROP TABLE signals;
DROP TABLE deliveries;
DROP TABLE runs;
ALTER TABLE runs_2 RENAME TO runs;
ALTER TABLE steps_2 RENAME TO steps;
ALTER TABLE waits_2 RENAME TO waits;
ALTER TABLE signals_2 RENAME TO signals;
ALTER TABLE deliveries_2 RENAME TO deliveries;
CREATE UNIQUE INDEX runs_by_idempotency_key ON runs (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE INDEX runs_by_origin ON runs (forked_from) WHERE forked_from IS NOT NULL;
CREATE INDEX deliveries_by_project ON deliveries (project_id);
