-- Times are BIGINT milliseconds since 1970 UTC, documents are TEXT holding JSON. docs/durable.md explains the engine's tables.
-- A statement ends with a semicolon at the end of a line.

-- One row per run, written when it is started and when it has ended.
CREATE TABLE runs (
  run_id          TEXT PRIMARY KEY,
  tenant_id       TEXT NOT NULL,
  workflow        TEXT NOT NULL,
  version         INTEGER NOT NULL,
  idempotency_key TEXT NOT NULL,
  parent_run_id   TEXT,
  input           TEXT NOT NULL,
  input_digest    TEXT NOT NULL,
  outcome         TEXT CHECK (outcome IN ('completed', 'failed', 'cancelled')),
  output          TEXT,
  error_code      TEXT,
  error_message   TEXT,
  error_hint      TEXT,
  last_token      BIGINT NOT NULL DEFAULT 0,
  created_at      BIGINT NOT NULL,
  finished_at     BIGINT,
  UNIQUE (tenant_id, idempotency_key),
  CHECK ((outcome IS NULL) = (finished_at IS NULL))
);
CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;

-- One row per run that has not ended: where it stands. Small however long the history is.
CREATE TABLE open_runs (
  run_id           TEXT PRIMARY KEY REFERENCES runs (run_id),
  tenant_id        TEXT NOT NULL,
  place            TEXT NOT NULL CHECK (place IN ('ready', 'leased', 'waiting', 'parked')),
  ready_at         BIGINT NOT NULL,
  worker_id        TEXT,
  token            BIGINT NOT NULL,
  lease_until      BIGINT,
  wake_at          BIGINT,
  cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
  rescues          BIGINT NOT NULL DEFAULT 0,
  reason           TEXT,
  CHECK ((place = 'leased') = (worker_id IS NOT NULL)),
  CHECK ((place = 'leased') = (lease_until IS NOT NULL)),
  CHECK (place = 'waiting' OR wake_at IS NULL)
);
CREATE INDEX open_runs_ready ON open_runs (ready_at, run_id) WHERE place = 'ready';
CREATE INDEX open_runs_leased ON open_runs (lease_until) WHERE place = 'leased';
CREATE INDEX open_runs_timers ON open_runs (wake_at) WHERE wake_at IS NOT NULL;

-- What a waiting run waits for, besides its wake_at.
CREATE TABLE waits (
  run_id    TEXT NOT NULL REFERENCES open_runs (run_id),
  tenant_id TEXT NOT NULL,
  kind      TEXT NOT NULL CHECK (kind IN ('signal', 'child')),
  name      TEXT NOT NULL,
  PRIMARY KEY (run_id, kind, name)
);

-- The journal.
CREATE TABLE steps (
  run_id        TEXT NOT NULL REFERENCES runs (run_id),
  tenant_id     TEXT NOT NULL,
  branch        TEXT NOT NULL,
  position      BIGINT NOT NULL,
  ordinal       BIGINT NOT NULL,
  ended_after   BIGINT,
  kind          TEXT NOT NULL CHECK (kind IN ('step', 'store_step', 'signal', 'timer', 'child')),
  name          TEXT NOT NULL,
  occurrence    BIGINT NOT NULL,
  state         TEXT NOT NULL CHECK (state IN ('started', 'completed', 'failed')),
  attempt       BIGINT NOT NULL,
  failures      BIGINT NOT NULL DEFAULT 0,
  token         BIGINT NOT NULL,
  started_at    BIGINT NOT NULL,
  finished_at   BIGINT,
  wake_at       BIGINT,
  child_run_id  TEXT,
  result        TEXT,
  error_code    TEXT,
  error_message TEXT,
  error_hint    TEXT,
  PRIMARY KEY (run_id, branch, name, occurrence),
  UNIQUE (run_id, branch, position),
  CHECK ((state = 'completed') = (result IS NOT NULL)),
  CHECK ((state = 'started') = (finished_at IS NULL))
);

CREATE TABLE signals (
  signal_id   TEXT PRIMARY KEY,
  run_id      TEXT NOT NULL REFERENCES runs (run_id),
  tenant_id   TEXT NOT NULL,
  name        TEXT NOT NULL,
  number      BIGINT NOT NULL,
  payload     TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  taken_by    TEXT,
  taken_at    BIGINT,
  UNIQUE (run_id, name, number),
  CHECK ((taken_by IS NULL) = (taken_at IS NULL))
);

CREATE TABLE timelines (
  run_id        TEXT PRIMARY KEY,
  tenant_id     TEXT NOT NULL,
  last_sequence BIGINT NOT NULL
);

CREATE TABLE events (
  run_id     TEXT NOT NULL REFERENCES timelines (run_id),
  tenant_id  TEXT NOT NULL,
  sequence   BIGINT NOT NULL,
  kind       TEXT NOT NULL,
  payload    TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (run_id, sequence)
);

CREATE TABLE projects (
  project_id      TEXT PRIMARY KEY,
  tenant_id       TEXT NOT NULL,
  name            TEXT NOT NULL,
  slug            TEXT NOT NULL,
  goal            TEXT NOT NULL,
  repository_path TEXT NOT NULL,
  created_at      BIGINT NOT NULL,
  UNIQUE (tenant_id, slug)
);

CREATE TABLE deliveries (
  run_id       TEXT PRIMARY KEY REFERENCES runs (run_id),
  tenant_id    TEXT NOT NULL,
  project_id   TEXT NOT NULL REFERENCES projects (project_id),
  stage        TEXT NOT NULL,
  failed_stage TEXT,
  updated_at   BIGINT NOT NULL
);
CREATE INDEX deliveries_by_project ON deliveries (project_id);

CREATE TABLE artifacts (
  artifact_id TEXT PRIMARY KEY,
  tenant_id   TEXT NOT NULL,
  project_id  TEXT NOT NULL REFERENCES projects (project_id),
  run_id      TEXT NOT NULL,
  kind        TEXT NOT NULL,
  version     BIGINT NOT NULL,
  media_type  TEXT NOT NULL,
  content     TEXT NOT NULL,
  digest      TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  UNIQUE (project_id, kind, version)
);
CREATE INDEX artifacts_by_run ON artifacts (run_id);

CREATE TABLE evidence (
  evidence_id TEXT PRIMARY KEY,
  tenant_id   TEXT NOT NULL,
  project_id  TEXT NOT NULL REFERENCES projects (project_id),
  run_id      TEXT NOT NULL,
  requirement TEXT NOT NULL,
  assertion   TEXT NOT NULL,
  source      TEXT NOT NULL,
  commit_id   TEXT NOT NULL,
  passed      INTEGER NOT NULL CHECK (passed IN (0, 1)),
  command     TEXT NOT NULL,
  exit_code   INTEGER NOT NULL,
  digest      TEXT NOT NULL,
  tier        TEXT NOT NULL,
  detail      TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  UNIQUE (run_id, assertion, source, commit_id)
);
CREATE INDEX evidence_by_project ON evidence (project_id);

CREATE TABLE releases (
  release_id  TEXT PRIMARY KEY,
  tenant_id   TEXT NOT NULL,
  project_id  TEXT NOT NULL REFERENCES projects (project_id),
  run_id      TEXT NOT NULL,
  environment TEXT NOT NULL,
  version     BIGINT NOT NULL,
  commit_id   TEXT NOT NULL,
  created_at  BIGINT NOT NULL,
  UNIQUE (project_id, environment, version)
);

CREATE TABLE environments (
  project_id  TEXT NOT NULL REFERENCES projects (project_id),
  tenant_id   TEXT NOT NULL,
  environment TEXT NOT NULL,
  release_id  TEXT NOT NULL REFERENCES releases (release_id),
  updated_at  BIGINT NOT NULL,
  PRIMARY KEY (project_id, environment)
);
