import { assert, nothing, receive, run } from "./support.mjs";

await run({
  "a message comes as it was sent": async (client) => {
    await client.createSender("orders").sendMessages({
      body: { item: "poster", count: 2 }, messageId: "m-1", subject: "sale", correlationId: "c-1", contentType: "application/json",
      to: "till", replyTo: "back", timeToLive: 3_600_000, applicationProperties: { pop: "berlin", amount: 12, rush: true },
    });
    const receiver = client.createReceiver("orders");
    const [message] = await receive(receiver, 1);
    assert.deepEqual(message.body, { item: "poster", count: 2 });
    assert.equal(message.messageId, "m-1");
    assert.equal(message.subject, "sale");
    assert.equal(message.correlationId, "c-1");
    assert.equal(message.contentType, "application/json");
    assert.equal(message.to, "till");
    assert.equal(message.replyTo, "back");
    assert.equal(message.timeToLive, 3_600_000);
    assert.deepEqual({ ...message.applicationProperties }, { pop: "berlin", amount: 12, rush: true });
    assert.equal(message.state, "active");
    assert.ok(message.sequenceNumber.toNumber() > 0);
    assert.ok(Math.abs(message.enqueuedTimeUtc - Date.now()) < 60_000);
    assert.ok(message.lockedUntilUtc > new Date());
    await receiver.completeMessage(message);
    await nothing(receiver);
  },
  "a batch is taken whole and in order": async (client) => {
    const sender = client.createSender("orders");
    const batch = await sender.createMessageBatch();
    for (let i = 0; i < 20; i++) assert.ok(batch.tryAddMessage({ body: i }));
    await sender.sendMessages(batch);
    const receiver = client.createReceiver("orders");
    const messages = await receive(receiver, 20);
    assert.deepEqual(messages.map((m) => m.body), [...Array(20).keys()]);
    for (const message of messages) await receiver.completeMessage(message);
  },
  "a batch knows the size limit": async (client) => {
    const batch = await client.createSender("orders").createMessageBatch();
    assert.equal(batch.maxSizeInBytes, 256 * 1024);
    assert.equal(batch.tryAddMessage({ body: Buffer.alloc(300 * 1024) }), false);
  },
  "receive-and-delete takes a message for good": async (client) => {
    await client.createSender("orders").sendMessages([{ body: "a" }, { body: "b" }]);
    const receiver = client.createReceiver("orders", { receiveMode: "receiveAndDelete" });
    assert.deepEqual((await receive(receiver, 2)).map((m) => m.body), ["a", "b"]);
    await receiver.close();
    await nothing(client.createReceiver("orders"));
  },
  "peeking changes nothing": async (client) => {
    await client.createSender("orders").sendMessages([{ body: "p1" }, { body: "p2" }]);
    const receiver = client.createReceiver("orders");
    assert.deepEqual((await receiver.peekMessages(10)).map((m) => m.body), ["p1", "p2"]);
    const messages = await receive(receiver, 2);
    assert.deepEqual(messages.map((m) => m.body), ["p1", "p2"]);
    for (const message of messages) await receiver.completeMessage(message);
    assert.deepEqual(await client.createReceiver("orders").peekMessages(10), []);
  },
  "a subscriber with prefetch gets every message once": async (client) => {
    const sender = client.createSender("orders");
    const receiver = client.createReceiver("orders");
    const seen = [];
    await new Promise((resolve, reject) => {
      receiver.subscribe({
        processMessage: async (message) => { if (seen.push(message.body) === 50) resolve(); },
        processError: async ({ error }) => reject(error),
      }, { maxConcurrentCalls: 8 });
      for (let i = 0; i < 50; i++) sender.sendMessages({ body: i }).catch(reject);
    });
    await receiver.close();
    assert.deepEqual(seen.sort((a, b) => a - b), [...Array(50).keys()]);
  },
  "an unknown entity is named": async (client) => {
    await assert.rejects(client.createSender("nowhere").sendMessages({ body: 1 }), { code: "MessagingEntityNotFound" });
  },
  "a message over the limit is refused": async (client) => {
    await assert.rejects(client.createSender("orders").sendMessages({ body: Buffer.alloc(300 * 1024) }), { code: "MessageSizeExceeded" });
  },
});
