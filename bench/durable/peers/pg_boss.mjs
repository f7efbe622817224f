// pg-boss. For throughput the documented fetch() and complete() in loops, because work() asks at most twice a second.
import { drive, load } from './driver.mjs';

const PgBoss = load('pg-boss');
const NAME = 'bench';
const DAY_SECONDS = 86_400;

await drive(async (url, { loops = 1, batchSize = 1, polling = false, connections = 10 }) => {
  const boss = new PgBoss({ connectionString: url, max: Math.max(10, connections) });
  boss.on('error', (error) => console.error(error));
  await boss.start();
  await boss.createQueue(NAME);

  async function poll(handler, done) {
    const work = async (jobs) => { await Promise.all(jobs.map(handler)); done(jobs.length); };
    await boss.work(NAME, { batchSize, pollingIntervalSeconds: 0.5 }, work);
    return () => boss.offWork(NAME);
  }

  async function loop(handler, done) {
    let stopped = false;
    const fetching = Array.from({ length: loops }, async () => {
      while (!stopped) {
        const jobs = await boss.fetch(NAME, { batchSize, priority: false });
        if (jobs.length === 0) { await new Promise((resolve) => { setTimeout(resolve, 1); }); continue; }
        await Promise.all(jobs.map(handler));
        await boss.complete(NAME, jobs.map(({ id }) => id));
        done(jobs.length);
      }
    });
    return () => { stopped = true; return Promise.all(fetching); };
  }

  return {
    add: (data) => boss.send(NAME, data),
    addBulk: (list) => boss.insert(list.map((data) => ({ name: NAME, data }))),
    park: (list) => boss.insert(list.map((data) => ({ name: NAME, data, startAfter: new Date(Date.now() + DAY_SECONDS * 1000) }))),
    reset: () => boss.clearStorage(),
    close: () => boss.stop({ graceful: false, wait: true }),
    work: polling ? poll : loop,
  };
});
