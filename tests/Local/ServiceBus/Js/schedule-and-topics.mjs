import { assert, nothing, receive, run } from "./support.mjs";

await run({
  "a scheduled message waits for its time": async (client) => {
    const sender = client.createSender("orders");
    const [cancelled] = await sender.scheduleMessages({ body: "never" }, new Date(Date.now() + 3_600_000));
    await sender.scheduleMessages([{ body: "soon" }], new Date(Date.now() + 300));
    const receiver = client.createReceiver("orders");
    const scheduled = await receiver.peekMessages(10);
    assert.ok(scheduled.some((m) => m.body === "never" && m.state === "scheduled"));
    const [message] = await receive(receiver, 1);
    assert.equal(message.body, "soon");
    await receiver.completeMessage(message);
    await sender.cancelScheduledMessages(cancelled);
    await nothing(receiver);
    assert.deepEqual(await client.createReceiver("orders").peekMessages(10), []);
    await assert.rejects(sender.cancelScheduledMessages(cancelled), { code: "MessageNotFound" });
  },
  "a duplicate inside the window is dropped": async (client) => {
    const sender = client.createSender("once");
    for (const body of ["kept", "dropped"]) await sender.sendMessages({ messageId: "same", body });
    await sender.sendMessages({ messageId: "other", body: "kept too" });
    const receiver = client.createReceiver("once");
    const messages = await receive(receiver, 2);
    assert.deepEqual(messages.map((m) => m.body), ["kept", "kept too"]);
    for (const message of messages) await receiver.completeMessage(message);
    await nothing(receiver);
  },
  "a topic copies to the subscriptions whose rules match": async (client) => {
    const sender = client.createSender("commands");
    await sender.sendMessages([
      { body: 1, subject: "sale", applicationProperties: { pop: "berlin", amount: 5 } },
      { body: 2, subject: "sale-online", applicationProperties: { pop: "lisbon", amount: 50 } },
      { body: 3, subject: "refund", applicationProperties: { pop: "berlin", amount: 50 } },
    ]);
    for (const [subscription, bodies] of [["pop-berlin", [1, 3]], ["big-sales", [2]], ["all", [1, 2, 3]]]) {
      const receiver = client.createReceiver("commands", subscription);
      const messages = await receive(receiver, bodies.length);
      assert.deepEqual(messages.map((m) => m.body), bodies);
      for (const message of messages) await receiver.completeMessage(message);
      await nothing(receiver);
    }
  },
  "a scheduled message reaches subscriptions when due": async (client) => {
    await client.createSender("commands").scheduleMessages({ body: "due", applicationProperties: { pop: "berlin" } }, new Date(Date.now() + 200));
    for (const subscription of ["pop-berlin", "all"]) {
      const receiver = client.createReceiver("commands", subscription);
      const [message] = await receive(receiver, 1);
      assert.equal(message.body, "due");
      await receiver.completeMessage(message);
    }
  },
  "a subscription has its own dead-letter queue": async (client) => {
    await client.createSender("commands").sendMessages({ body: "bad", applicationProperties: { pop: "berlin" } });
    const receiver = client.createReceiver("commands", "pop-berlin");
    await receiver.deadLetterMessage((await receive(receiver, 1))[0], { deadLetterReason: "no" });
    const dead = client.createReceiver("commands", "pop-berlin", { subQueueType: "deadLetter" });
    const [message] = await receive(dead, 1);
    assert.equal(message.deadLetterReason, "no");
    await dead.completeMessage(message);
    const all = client.createReceiver("commands", "all");
    await all.completeMessage((await receive(all, 1))[0]);
  },
});
