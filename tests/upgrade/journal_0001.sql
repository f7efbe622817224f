-- The journal of a build whose newest migration is 0001, as it was left when its process was killed on 2026-01-01 at 00:00:14 UTC
-- (1767225614000): rows only, for SQLite and PostgreSQL alike. upgrade_test.cpp says what each run stands for. Never edited: what a
-- later build leaves behind becomes a file of its own.

INSERT INTO migrations (version, name, checksum, applied_at) VALUES
  (1, '0001_foundation', 'sha256:afb58b73d674656b28598086a9cb2442704df52f94f98f6363fb648c78cfb9de', 1767225600000);

INSERT INTO runs (run_id, tenant_id, workflow, version, idempotency_key, parent_run_id, input, input_digest, outcome, output, error_code, error_message, error_hint, last_token, created_at, finished_at) VALUES
  ('run_00000000000000000000000001', 'ten_1', 'upgrade.steps', 1, 'run_00000000000000000000000001', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', NULL, NULL, NULL, NULL, NULL, 0, 1767225611000, NULL),
  ('run_00000000000000000000000002', 'ten_1', 'upgrade.signal', 1, 'run_00000000000000000000000002', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', NULL, NULL, NULL, NULL, NULL, 0, 1767225602000, NULL),
  ('run_00000000000000000000000003', 'ten_1', 'upgrade.signal', 1, 'run_00000000000000000000000003', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', NULL, NULL, NULL, NULL, NULL, 0, 1767225603000, NULL),
  ('run_00000000000000000000000004', 'ten_1', 'upgrade.signal', 1, 'run_00000000000000000000000004', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', NULL, NULL, NULL, NULL, NULL, 0, 1767225613000, NULL),
  ('run_00000000000000000000000005', 'ten_1', 'upgrade.timer', 1, 'run_00000000000000000000000005', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', NULL, NULL, NULL, NULL, NULL, 0, 1767225604000, NULL),
  ('run_00000000000000000000000006', 'ten_1', 'upgrade.child', 1, 'run_00000000000000000000000006', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', NULL, NULL, NULL, NULL, NULL, 0, 1767225605000, NULL),
  ('run_00000000000000000000000007', 'ten_1', 'upgrade.leaf', 1, 'run_00000000000000000000000007', 'run_00000000000000000000000006', '{"n":2}', 'sha256:363379742f80b51bdb9206579af7754911543079b9399cb3fc315fb199f476e8', 'completed', '{"done":["work by previous","approval by Ada","work by previous"]}', NULL, NULL, NULL, 2, 1767225605000, 1767225606000),
  ('run_00000000000000000000000008', 'ten_1', 'upgrade.leaf', 1, 'run_00000000000000000000000008', 'run_00000000000000000000000006', '{"n":3}', 'sha256:215ddd5567ca2590efd4ea109b4e56cbe591e2676fbf54a9262692c539166da6', NULL, NULL, NULL, NULL, NULL, 0, 1767225605000, NULL),
  ('run_00000000000000000000000009', 'ten_1', 'upgrade.failed', 1, 'run_00000000000000000000000009', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'failed', NULL, 'invalid_argument', 'the card''s number isn''t valid', 'Use another card.', 1, 1767225607000, 1767225607000),
  ('run_0000000000000000000000000A', 'ten_1', 'upgrade.cancelled', 1, 'run_0000000000000000000000000A', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'cancelled', NULL, NULL, NULL, NULL, 1, 1767225608000, 1767225609000),
  ('run_0000000000000000000000000B', 'ten_1', 'upgrade.order', 1, 'order-1', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', 'completed', '{"done":["order 1 by previous"]}', NULL, NULL, NULL, 1, 1767225610000, 1767225610000),
  ('run_0000000000000000000000000C', 'ten_1', 'upgrade.unknown', 7, 'run_0000000000000000000000000C', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', NULL, NULL, NULL, NULL, NULL, 0, 1767225601000, NULL),
  ('run_0000000000000000000000000D', 'ten_1', 'upgrade.steps', 1, 'run_0000000000000000000000000D', NULL, '{"n":1}', 'sha256:2bfd14f43d17fc7cea24e0917a8879b4b2f880b8baeec1b9d90fbaad655e71bd', NULL, NULL, NULL, NULL, NULL, 0, 1767225612000, NULL);

INSERT INTO open_runs (run_id, tenant_id, place, ready_at, worker_id, token, lease_until, wake_at, cancel_requested, rescues, reason) VALUES
  ('run_00000000000000000000000001', 'ten_1', 'leased', 1767225611000, 'wrk_previous_2', 1, 1767225622000, NULL, 0, 0, NULL),
  ('run_00000000000000000000000002', 'ten_1', 'waiting', 1767225602000, NULL, 1, NULL, NULL, 0, 0, NULL),
  ('run_00000000000000000000000003', 'ten_1', 'ready', 1767225612000, NULL, 1, NULL, NULL, 0, 0, NULL),
  ('run_00000000000000000000000004', 'ten_1', 'ready', 1767225613000, NULL, 0, NULL, NULL, 0, 0, NULL),
  ('run_00000000000000000000000005', 'ten_1', 'waiting', 1767225604000, NULL, 1, NULL, 1767229204000, 0, 0, NULL),
  ('run_00000000000000000000000006', 'ten_1', 'waiting', 1767225606000, NULL, 2, NULL, NULL, 0, 0, NULL),
  ('run_00000000000000000000000008', 'ten_1', 'waiting', 1767225605000, NULL, 1, NULL, NULL, 0, 0, NULL),
  ('run_0000000000000000000000000C', 'ten_1', 'parked', 1767225601000, NULL, 1, NULL, NULL, 0, 0, 'This program does not know version 7 of the workflow ''upgrade.unknown''.'),
  ('run_0000000000000000000000000D', 'ten_1', 'leased', 1767225612000, 'wrk_previous_2', 1, 1767225622000, NULL, 1, 0, NULL);

INSERT INTO waits (run_id, tenant_id, kind, name) VALUES
  ('run_00000000000000000000000002', 'ten_1', 'signal', 'approval'),
  ('run_00000000000000000000000006', 'ten_1', 'child', 'run_00000000000000000000000008'),
  ('run_00000000000000000000000008', 'ten_1', 'signal', 'go');

INSERT INTO steps (run_id, tenant_id, branch, position, ordinal, ended_after, kind, name, occurrence, state, attempt, failures, token, started_at, finished_at, wake_at, child_run_id, result, error_code, error_message, error_hint) VALUES
  ('run_00000000000000000000000001', 'ten_1', '', 1, 1, 1, 'step', 'one', 1, 'completed', 1, 0, 1, 1767225612000, 1767225612000, NULL, NULL, '{"step":"one","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000001', 'ten_1', '', 2, 2, 2, 'step', 'two', 1, 'completed', 1, 0, 1, 1767225612000, 1767225612000, NULL, NULL, '{"step":"two","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000001', 'ten_1', '', 3, 3, 3, 'step', 'three', 1, 'completed', 1, 0, 1, 1767225612000, 1767225612000, NULL, NULL, '{"step":"three","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000001', 'ten_1', '', 4, 4, NULL, 'step', 'four', 1, 'started', 1, 0, 1, 1767225612000, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('run_00000000000000000000000002', 'ten_1', '', 1, 1, 1, 'step', 'before', 1, 'completed', 1, 0, 1, 1767225602000, 1767225602000, NULL, NULL, '{"step":"before","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000002', 'ten_1', '', 2, 2, NULL, 'signal', 'approval', 1, 'started', 1, 0, 1, 1767225602000, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('run_00000000000000000000000003', 'ten_1', '', 1, 1, 1, 'step', 'before', 1, 'completed', 1, 0, 1, 1767225603000, 1767225603000, NULL, NULL, '{"step":"before","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000003', 'ten_1', '', 2, 2, NULL, 'signal', 'approval', 1, 'started', 1, 0, 1, 1767225603000, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('run_00000000000000000000000005', 'ten_1', '', 1, 1, 1, 'step', 'before', 1, 'completed', 1, 0, 1, 1767225604000, 1767225604000, NULL, NULL, '{"step":"before","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000005', 'ten_1', '', 2, 2, NULL, 'timer', 'timer', 1, 'started', 1, 0, 1, 1767225604000, NULL, 1767229204000, NULL, NULL, NULL, NULL, NULL),
  ('run_00000000000000000000000006', 'ten_1', 'left', 1, 1, 2, 'child', 'upgrade.leaf', 1, 'completed', 2, 0, 2, 1767225605000, 1767225606000, NULL, 'run_00000000000000000000000007', '{"done":["work by previous","approval by Ada","work by previous"]}', NULL, NULL, NULL),
  ('run_00000000000000000000000006', 'ten_1', 'right', 1, 2, NULL, 'child', 'upgrade.leaf', 1, 'started', 2, 0, 2, 1767225605000, NULL, NULL, 'run_00000000000000000000000008', NULL, NULL, NULL, NULL),
  ('run_00000000000000000000000007', 'ten_1', '', 1, 1, 1, 'step', 'work', 1, 'completed', 1, 0, 1, 1767225605000, 1767225605000, NULL, NULL, '{"step":"work","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000007', 'ten_1', '', 2, 2, 2, 'signal', 'go', 1, 'completed', 2, 0, 2, 1767225605000, 1767225606000, NULL, NULL, '{"by":"Ada","approved":true}', NULL, NULL, NULL),
  ('run_00000000000000000000000007', 'ten_1', '', 3, 3, 3, 'step', 'work', 2, 'completed', 1, 0, 2, 1767225606000, 1767225606000, NULL, NULL, '{"step":"work","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000008', 'ten_1', '', 1, 1, 1, 'step', 'work', 1, 'completed', 1, 0, 1, 1767225605000, 1767225605000, NULL, NULL, '{"step":"work","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000008', 'ten_1', '', 2, 2, NULL, 'signal', 'go', 1, 'started', 1, 0, 1, 1767225605000, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('run_00000000000000000000000009', 'ten_1', '', 1, 1, 1, 'step', 'discount', 1, 'failed', 1, 1, 1, 1767225607000, 1767225607000, NULL, NULL, NULL, 'unmet', 'no discount today', 'Ask again tomorrow.'),
  ('run_00000000000000000000000009', 'ten_1', '', 2, 2, 2, 'step', 'reserve', 1, 'completed', 1, 0, 1, 1767225607000, 1767225607000, NULL, NULL, '{"step":"reserve","build":"previous"}', NULL, NULL, NULL),
  ('run_00000000000000000000000009', 'ten_1', '', 3, 3, 3, 'step', 'charge', 1, 'failed', 1, 1, 1, 1767225607000, 1767225607000, NULL, NULL, NULL, 'invalid_argument', 'the card''s number isn''t valid', 'Use another card.'),
  ('run_0000000000000000000000000A', 'ten_1', '', 1, 1, 1, 'step', 'before', 1, 'completed', 1, 0, 1, 1767225608000, 1767225608000, NULL, NULL, '{"step":"before","build":"previous"}', NULL, NULL, NULL),
  ('run_0000000000000000000000000A', 'ten_1', '', 2, 2, NULL, 'signal', 'approval', 1, 'started', 1, 0, 1, 1767225608000, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('run_0000000000000000000000000B', 'ten_1', '', 1, 1, 1, 'store_step', 'book', 1, 'completed', 1, 0, 1, 1767225610000, 1767225610000, NULL, NULL, '{"step":"order 1","build":"previous"}', NULL, NULL, NULL),
  ('run_0000000000000000000000000D', 'ten_1', '', 1, 1, 1, 'step', 'one', 1, 'completed', 1, 0, 1, 1767225612000, 1767225612000, NULL, NULL, '{"step":"one","build":"previous"}', NULL, NULL, NULL),
  ('run_0000000000000000000000000D', 'ten_1', '', 2, 2, NULL, 'step', 'two', 1, 'started', 1, 0, 1, 1767225612000, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO signals (signal_id, run_id, tenant_id, name, number, payload, created_at, taken_by, taken_at) VALUES
  ('sig_00000000000000000000000001', 'run_00000000000000000000000007', 'ten_1', 'go', 1, '{"by":"Ada","approved":true}', 1767225606000, 'go', 1767225606000),
  ('sig_00000000000000000000000002', 'run_00000000000000000000000003', 'ten_1', 'approval', 1, '{"by":"Grace","approved":true}', 1767225612000, NULL, NULL);

INSERT INTO timelines (run_id, tenant_id, last_sequence) VALUES
  ('run_00000000000000000000000001', 'ten_1', 9),
  ('run_00000000000000000000000009', 'ten_1', 9),
  ('run_0000000000000000000000000D', 'ten_1', 5);

INSERT INTO events (run_id, tenant_id, sequence, kind, payload, created_at) VALUES
  ('run_00000000000000000000000001', 'ten_1', 1, 'run_created', '{"workflow":"upgrade.steps","step":"","attempt":0}', 1767225611000),
  ('run_00000000000000000000000001', 'ten_1', 2, 'run_started', '{"workflow":"upgrade.steps","step":"","attempt":0}', 1767225612000),
  ('run_00000000000000000000000001', 'ten_1', 3, 'step_started', '{"workflow":"upgrade.steps","step":"one","attempt":1}', 1767225612000),
  ('run_00000000000000000000000001', 'ten_1', 4, 'step_completed', '{"workflow":"upgrade.steps","step":"one","attempt":1}', 1767225612000),
  ('run_00000000000000000000000001', 'ten_1', 5, 'step_started', '{"workflow":"upgrade.steps","step":"two","attempt":1}', 1767225612000),
  ('run_00000000000000000000000001', 'ten_1', 6, 'step_completed', '{"workflow":"upgrade.steps","step":"two","attempt":1}', 1767225612000),
  ('run_00000000000000000000000001', 'ten_1', 7, 'step_started', '{"workflow":"upgrade.steps","step":"three","attempt":1}', 1767225612000),
  ('run_00000000000000000000000001', 'ten_1', 8, 'step_completed', '{"workflow":"upgrade.steps","step":"three","attempt":1}', 1767225612000),
  ('run_00000000000000000000000001', 'ten_1', 9, 'step_started', '{"workflow":"upgrade.steps","step":"four","attempt":1}', 1767225612000),
  ('run_00000000000000000000000009', 'ten_1', 1, 'run_created', '{"workflow":"upgrade.failed","step":"","attempt":0}', 1767225607000),
  ('run_00000000000000000000000009', 'ten_1', 2, 'run_started', '{"workflow":"upgrade.failed","step":"","attempt":0}', 1767225607000),
  ('run_00000000000000000000000009', 'ten_1', 3, 'step_started', '{"workflow":"upgrade.failed","step":"discount","attempt":1}', 1767225607000),
  ('run_00000000000000000000000009', 'ten_1', 4, 'step_failed', '{"workflow":"upgrade.failed","step":"discount","attempt":1}', 1767225607000),
  ('run_00000000000000000000000009', 'ten_1', 5, 'step_started', '{"workflow":"upgrade.failed","step":"reserve","attempt":1}', 1767225607000),
  ('run_00000000000000000000000009', 'ten_1', 6, 'step_completed', '{"workflow":"upgrade.failed","step":"reserve","attempt":1}', 1767225607000),
  ('run_00000000000000000000000009', 'ten_1', 7, 'step_started', '{"workflow":"upgrade.failed","step":"charge","attempt":1}', 1767225607000),
  ('run_00000000000000000000000009', 'ten_1', 8, 'step_failed', '{"workflow":"upgrade.failed","step":"charge","attempt":1}', 1767225607000),
  ('run_00000000000000000000000009', 'ten_1', 9, 'run_failed', '{"workflow":"upgrade.failed","step":"","attempt":0}', 1767225607000),
  ('run_0000000000000000000000000D', 'ten_1', 1, 'run_created', '{"workflow":"upgrade.steps","step":"","attempt":0}', 1767225612000),
  ('run_0000000000000000000000000D', 'ten_1', 2, 'run_started', '{"workflow":"upgrade.steps","step":"","attempt":0}', 1767225612000),
  ('run_0000000000000000000000000D', 'ten_1', 3, 'step_started', '{"workflow":"upgrade.steps","step":"one","attempt":1}', 1767225612000),
  ('run_0000000000000000000000000D', 'ten_1', 4, 'step_completed', '{"workflow":"upgrade.steps","step":"one","attempt":1}', 1767225612000),
  ('run_0000000000000000000000000D', 'ten_1', 5, 'step_started', '{"workflow":"upgrade.steps","step":"two","attempt":1}', 1767225612000);

INSERT INTO projects (project_id, tenant_id, name, slug, goal, repository_path, created_at) VALUES
  ('prj_1', 'ten_1', 'Shop', 'shop', 'a shop that takes orders', 'projects/shop', 1767225600000);

INSERT INTO deliveries (run_id, tenant_id, project_id, stage, failed_stage, updated_at) VALUES
  ('run_00000000000000000000000001', 'ten_1', 'prj_1', 'BUILD', NULL, 1767225600000);

INSERT INTO artifacts (artifact_id, tenant_id, project_id, run_id, kind, version, media_type, content, digest, created_at) VALUES
  ('art_1', 'ten_1', 'prj_1', 'run_00000000000000000000000001', 'brief', 1, 'text/markdown', '# Shop', 'sha256:0', 1767225600000);

INSERT INTO evidence (evidence_id, tenant_id, project_id, run_id, requirement, assertion, source, commit_id, passed, command, exit_code, digest, tier, detail, created_at) VALUES
  ('evi_1', 'ten_1', 'prj_1', 'run_00000000000000000000000001', 'R1', 'A1.1', 'check', '0', 1, 'true', 0, 'sha256:0', 'namespaces', '', 1767225600000);

INSERT INTO releases (release_id, tenant_id, project_id, run_id, environment, version, commit_id, created_at) VALUES
  ('rel_1', 'ten_1', 'prj_1', 'run_00000000000000000000000001', 'preview', 1, '0', 1767225600000);

INSERT INTO environments (project_id, tenant_id, environment, release_id, updated_at) VALUES
  ('prj_1', 'ten_1', 'preview', 'rel_1', 1767225600000);
