// Shared by the scripts: one client from the connection string given, and an exit code that says whether all held.
import assert from "node:assert/strict";
import { ServiceBusClient } from "@azure/service-bus";

export { assert };

/** Receives exactly `count` messages or fails; the wait is a bound, not an expectation. */
export async function receive(receiver, count) {
  const messages = [];
  while (messages.length < count) {
    const more = await receiver.receiveMessages(count - messages.length, { maxWaitTimeInMs: 20_000 });
    assert.ok(more.length > 0, `expected ${count} messages, got ${messages.length}`);
    messages.push(...more);
  }
  return messages;
}

/** Asserts that nothing is to be had. */
export async function nothing(receiver) {
  const messages = await receiver.receiveMessages(1, { maxWaitTimeInMs: 300 });
  assert.deepEqual(messages.map((m) => m.body), []);
}

/** Runs the steps with a client and reports each by name. */
export async function run(steps) {
  const client = new ServiceBusClient(process.argv[2], { retryOptions: { maxRetries: 0, timeoutInMs: 20_000 } });
  try {
    for (const [name, step] of Object.entries(steps)) {
      await step(client);
      console.log(`ok ${name}`);
    }
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  } finally {
    await client.close();
  }
}
