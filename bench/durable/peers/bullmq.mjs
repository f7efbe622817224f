// BullMQ on Redis or PostgreSQL. Steps: its documented pattern "process step jobs" (the job's data is updated after each step).
import { drive, load } from './driver.mjs';

const { Queue, Worker, createPostgresBackend } = load('bullmq');
const NAME = 'bench';
const DAY_MS = 86_400_000;

await drive(async (url, { concurrency = 1, connections = 10 }) => {
  const onPostgres = url.startsWith('postgresql:');
  const connection = onPostgres ? { connectionString: url, migrate: true, max: Math.max(10, connections) } : { path: url };
  const backend = onPostgres ? [createPostgresBackend] : [];
  const queue = new Queue(NAME, { connection }, ...backend);
  await queue.waitUntilReady();
  const job = (data, opts) => ({ name: NAME, data, opts });
  return {
    add: (data) => queue.add(NAME, data),
    addBulk: (list) => queue.addBulk(list.map((data) => job(data))),
    park: (list) => queue.addBulk(list.map((data) => job(data, { delay: DAY_MS }))),
    checkpoint: (running, data) => running.updateData(data),
    reset: () => queue.obliterate({ force: true, count: 100_000 }),
    close: () => queue.close(),
    async work(handler, done) {
      const options = { connection: onPostgres ? connection : { ...connection, maxRetriesPerRequest: null }, concurrency };
      const worker = new Worker(NAME, handler, { ...options, removeOnComplete: { count: 0 } }, ...backend);
      worker.on('completed', () => done(1));
      await worker.waitUntilReady();
      return () => worker.close();
    },
  };
});
