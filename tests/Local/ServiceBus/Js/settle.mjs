import { assert, nothing, receive, run } from "./support.mjs";

await run({
  "an abandoned message comes again and is counted": async (client) => {
    await client.createSender("orders").sendMessages([{ body: "first" }, { body: "second" }]);
    const receiver = client.createReceiver("orders");
    let [message] = await receive(receiver, 1);
    await receiver.abandonMessage(message, { tried: "once" });
    const again = await receive(receiver, 2);
    assert.deepEqual(again.map((m) => m.body), ["first", "second"]);
    assert.equal(again[0].deliveryCount, 1);
    assert.equal(again[0].applicationProperties.tried, "once");
    for (const m of again) await receiver.completeMessage(m);
  },
  "a message that fails too often is dead-lettered": async (client) => {
    await client.createSender("orders").sendMessages({ body: "poison" });
    const receiver = client.createReceiver("orders");
    for (let i = 0; i < 3; i++) await receiver.abandonMessage((await receive(receiver, 1))[0]);
    await nothing(receiver);
    const dead = client.createReceiver("orders", { subQueueType: "deadLetter" });
    const [message] = await receive(dead, 1);
    assert.equal(message.body, "poison");
    assert.equal(message.deadLetterReason, "MaxDeliveryCountExceeded");
    assert.equal(message.deadLetterSource, "orders");
    await dead.completeMessage(message);
  },
  "a message is dead-lettered with reason, description and properties": async (client) => {
    await client.createSender("orders").sendMessages({ body: "bad", applicationProperties: { kept: 1 } });
    const receiver = client.createReceiver("orders");
    await receiver.deadLetterMessage((await receive(receiver, 1))[0],
      { deadLetterReason: "unreadable", deadLetterErrorDescription: "no total", customValue: "x" });
    const dead = client.createReceiver("orders", { subQueueType: "deadLetter" });
    const [message] = await receive(dead, 1);
    assert.equal(message.deadLetterReason, "unreadable");
    assert.equal(message.deadLetterErrorDescription, "no total");
    assert.equal(message.applicationProperties.kept, 1);
    assert.equal(message.applicationProperties.customValue, "x");
    await dead.completeMessage(message);
  },
  "a deferred message is had by its sequence number only": async (client) => {
    await client.createSender("orders").sendMessages([{ body: "later" }, { body: "now" }]);
    const receiver = client.createReceiver("orders");
    const [later, now] = await receive(receiver, 2);
    await receiver.deferMessage(later, { why: "waiting" });
    await receiver.completeMessage(now);
    await nothing(receiver);
    const [deferred] = await receiver.receiveDeferredMessages(later.sequenceNumber);
    assert.equal(deferred.body, "later");
    assert.equal(deferred.state, "deferred");
    assert.equal(deferred.applicationProperties.why, "waiting");
    await receiver.completeMessage(deferred);
    await assert.rejects(receiver.receiveDeferredMessages(later.sequenceNumber), { code: "MessageNotFound" });
  },
  "a deferred message can be dead-lettered": async (client) => {
    await client.createSender("orders").sendMessages({ body: "d" });
    const receiver = client.createReceiver("orders");
    const [message] = await receive(receiver, 1);
    await receiver.deferMessage(message);
    const [deferred] = await receiver.receiveDeferredMessages(message.sequenceNumber);
    await receiver.deadLetterMessage(deferred, { deadLetterReason: "late" });
    const dead = client.createReceiver("orders", { subQueueType: "deadLetter" });
    const [found] = await receive(dead, 1);
    assert.equal(found.deadLetterReason, "late");
    await dead.completeMessage(found);
  },
  "a renewed lock lasts longer": async (client) => {
    await client.createSender("orders").sendMessages({ body: "slow" });
    const receiver = client.createReceiver("orders");
    const [message] = await receive(receiver, 1);
    const before = message.lockedUntilUtc;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const renewed = await receiver.renewMessageLock(message);
    assert.ok(renewed > before);
    await receiver.completeMessage(message);
  },
  "a lock that ran out cannot settle": async (client) => {
    await client.createSender("quick").sendMessages({ body: "late" });
    const receiver = client.createReceiver("quick", { maxAutoLockRenewalDurationInMs: 0 });
    const [message] = await receive(receiver, 1);
    const [again] = await receive(receiver, 1);
    assert.equal(again.deliveryCount, 1);
    await assert.rejects(receiver.completeMessage(message), { code: "MessageLockLost" });
    await receiver.completeMessage(again);
  },
  "a message whose time is over is dead-lettered": async (client) => {
    await client.createSender("orders").sendMessages({ body: "stale", timeToLive: 50 });
    const dead = client.createReceiver("orders", { subQueueType: "deadLetter" });
    const [message] = await receive(dead, 1);
    assert.equal(message.body, "stale");
    assert.equal(message.deadLetterReason, "TTLExpiredException");
    await dead.completeMessage(message);
  },
});
