// The peer: the same orchestrations of five activities as DBOS workflows of five steps, durable in PostgreSQL.
// usage: node bench.mjs DATABASE_URL IN_FLIGHT SECONDS  → prints workflows per second
import { DBOS } from '@dbos-inc/dbos-sdk';

const [databaseUrl, inFlightText, secondsText] = process.argv.slice(2);
const inFlight = Number(inFlightText);
const seconds = Number(secondsText);
const warmUpSeconds = 2;
const steps = 5;

const workflow = DBOS.registerWorkflow(
  async (input) => {
    let number = input;
    for (let step = 0; step < steps; step++) {
      number = await DBOS.runStep(async () => number + 1, { name: 'increment' });
    }
    return number;
  },
  { name: 'five' },
);

async function run(forSeconds) {
  let done = 0;
  const until = performance.now() + forSeconds * 1000;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < until) {
        const handle = await DBOS.startWorkflow(workflow)(done);
        const input = await handle.getResult();
        if (typeof input !== 'number') throw new Error('no result');
        done++;
      }
    }),
  );
  return done;
}

DBOS.setConfig({ name: 'peer', systemDatabaseUrl: databaseUrl, systemDatabasePoolSize: 32, logLevel: 'error', runAdminServer: false });
await DBOS.launch();
await run(warmUpSeconds);
const startedAt = performance.now();
const done = await run(seconds);
console.log((done / ((performance.now() - startedAt) / 1000)).toFixed(1));
await DBOS.shutdown();
process.exit(0);
