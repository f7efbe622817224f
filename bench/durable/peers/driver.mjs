// The workloads, for any queue of Node. A peer hands in `open(url, settings)`, which returns
//   add(data), addBulk(list), park(list)   enqueue one, many, many that are due in a day
//   work(handler, done)                    process jobs until the returned function is called; done(n): n jobs are completed
//   checkpoint(job, data)                  optional: store the progress of a running job
//   reset(), close()
// Speaks the protocol of ../README.md.
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

// Packages are installed below the build directory, which is where the driver is started.
export const load = createRequire(`${process.cwd()}/`);

const STEPS = 10;
const WORK_MS = 1000;
const now = () => performance.now();
const say = (record) => process.stdout.write(`${JSON.stringify(record)}\n`);
const payload = (job) => ({ job, kind: 'bench', customer: 'c-1042', note: '0123456789' });
const payloads = (count) => Array.from({ length: count }, (_, job) => payload(job));

function quantiles(values) {
  values.sort((a, b) => a - b);
  const at = (q) => values[Math.min(values.length - 1, Math.floor(q * values.length))];
  return { p50_ms: at(0.5), p99_ms: at(0.99) };
}

function rate(count, started, extra = {}) {
  const seconds = (now() - started) / 1000;
  return { count, seconds, per_second: count / seconds, ...extra };
}

function countdown(count) {
  let left = count;
  let finish;
  const finished = new Promise((resolve) => { finish = resolve; });
  return { finished, done: (n) => { left -= n; if (left <= 0) finish(); } };
}

async function fill(queue, count, { bulk = 1000, producers = 1 }) {
  let next = 0;
  const producer = async () => {
    while (next < count) {
      const first = next;
      next = Math.min(count, next + bulk);
      await queue.addBulk(Array.from({ length: next - first }, (_, i) => payload(first + i)));
    }
  };
  await Promise.all(Array.from({ length: producers }, producer));
}

// Extra worker processes: a single Node process uses one core.
async function startWorkers(open, options, handler, done) {
  const others = Array.from({ length: (options.settings.processes ?? 1) - 1 }, () => fork(process.argv[1], process.argv.slice(2), {
    env: { ...process.env, BENCH_EXTRA_WORKER: '1' },
  }));
  const ready = others.map((child) => new Promise((resolve) => {
    child.on('message', ({ completed }) => (completed === 0 ? resolve() : done(completed)));
  }));
  await Promise.all(ready);
  const queue = await open(options.url, options.settings);
  const stop = await queue.work(handler, done);
  return async () => {
    others.forEach((child) => child.kill('SIGKILL'));
    await stop();
    await queue.close();
  };
}

async function extraWorker(open, options) {
  const queue = await open(options.url, options.settings);
  let completed = 0;
  let scheduled = false;
  await queue.work(handlerOf(options, queue), (n) => {
    completed += n;
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => { process.send({ completed }); completed = 0; scheduled = false; });
  });
  process.on('disconnect', () => process.exit());
  process.send({ completed: 0 });
}

function handlerOf({ workload }, queue) {
  if (workload !== 'steps') return async () => {};
  return async (job) => {
    for (let step = 1; step <= STEPS; step += 1) await queue.checkpoint(job, { ...job.data, step });
  };
}

const workloads = {
  async enqueue(queue, { count, producers, seconds }) {
    const latencies = [];
    const started = now();
    const end = started + seconds * 1000;
    let next = 0;
    const producer = async () => {
      while (next < count && now() < end) {
        const asked = now();
        await queue.add(payload(next += 1));
        latencies.push(now() - asked);
      }
    };
    await Promise.all(Array.from({ length: producers }, producer));
    return rate(latencies.length, started, quantiles(latencies));
  },

  async enqueue_bulk(queue, { count, settings }) {
    const started = now();
    await fill(queue, count, settings);
    return rate(count, started);
  },

  async noop(queue, options, open) {
    const { done, finished } = countdown(options.count);
    const stop = await startWorkers(open, options, handlerOf(options, queue), done);
    const started = now();
    await Promise.all([fill(queue, options.count, options.settings), finished]);
    const result = rate(options.count, started);
    await stop();
    return result;
  },

  async drain(queue, options, open) {
    await fill(queue, options.count, options.settings);
    const { done, finished } = countdown(options.count);
    const started = now();
    const stop = await startWorkers(open, options, handlerOf(options, queue), done);
    await finished;
    const result = rate(options.count, started);
    await stop();
    return result;
  },

  async steps(queue, options, open) {
    const runs = await workloads.noop(queue, options, open);
    return { ...runs, per_second: runs.per_second * STEPS };
  },

  async latency(queue, options, open) {
    const sent = new Map();
    const latencies = [];
    const { done, finished } = countdown(options.count);
    const stop = await startWorkers(open, options, async (job) => { latencies.push(now() - sent.get(job.data.job)); }, done);
    for (let job = 0; job < options.count; job += 1) {
      sent.set(job, now());
      await queue.add(payload(job));
      await sleep(5 + Math.random() * 10);
    }
    await finished;
    await stop();
    return { count: options.count, ...quantiles(latencies) };
  },
};

// These two end when they are killed.
const residents = {
  async work(queue) {
    await queue.work(async (job) => {
      say({ event: 'start', job: job.data.job });
      await sleep(WORK_MS);
    }, () => {});
    say({ event: 'ready' });
  },

  async memory(queue, { count }) {
    await queue.work(async () => {}, () => {});
    say({ event: 'ready' });
    for (let first = 0; first < count; first += 1000) await queue.park(payloads(Math.min(1000, count - first)));
    say({ event: 'parked', count });
  },
};

export async function drive(open) {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: { store: text, url: text, workload: text, producers: text, count: text, runs: text, seconds: text, settings: text },
  });
  const options = { ...values, settings: JSON.parse(values.settings ?? '{}'), seconds: Number(values.seconds ?? 1e9) };
  for (const key of ['producers', 'count', 'runs']) options[key] = Number(values[key] ?? 1);
  if (process.env.BENCH_EXTRA_WORKER) return extraWorker(open, options);

  const queue = await open(options.url, { ...options.settings, connections: Math.min(options.producers, 64) });
  if (residents[options.workload]) return residents[options.workload](queue, options);
  for (let run = 0; run <= options.runs; run += 1) {
    await queue.reset();
    const measured = await workloads[options.workload](queue, options, open);
    say({ workload: options.workload, store: options.store, warmup: run === 0, ...measured });
  }
  process.exit();
}
