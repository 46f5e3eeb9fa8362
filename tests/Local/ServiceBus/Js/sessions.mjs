import { assert, nothing, receive, run } from "./support.mjs";

await run({
  "a session's messages come in order to who has it": async (client) => {
    const sender = client.createSender("sessions");
    for (const [sessionId, body] of [["a", 1], ["b", 10], ["a", 2], ["b", 20], ["a", 3]]) await sender.sendMessages({ sessionId, body });
    const a = await client.acceptSession("sessions", "a");
    assert.equal(a.sessionId, "a");
    assert.ok(a.sessionLockedUntilUtc > new Date());
    const messages = await receive(a, 3);
    assert.deepEqual(messages.map((m) => m.body), [1, 2, 3]);
    for (const message of messages) await a.completeMessage(message);
    await nothing(a);
    const next = await client.acceptNextSession("sessions");
    assert.equal(next.sessionId, "b");
    for (const message of await receive(next, 2)) await next.completeMessage(message);
    await a.close();
    await next.close();
  },
  "a session is locked for others": async (client) => {
    const mine = await client.acceptSession("sessions", "mine");
    await assert.rejects(client.acceptSession("sessions", "mine"), { code: "SessionCannotBeLocked" });
    await mine.close();
    await (await client.acceptSession("sessions", "mine")).close();
  },
  "state is kept with the session": async (client) => {
    const first = await client.acceptSession("sessions", "stateful");
    assert.equal(await first.getSessionState(), null);
    await first.setSessionState({ step: 3 });
    await first.close();
    const second = await client.acceptSession("sessions", "stateful");
    assert.deepEqual(await second.getSessionState(), { step: 3 });
    await second.setSessionState(null);
    assert.equal(await second.getSessionState(), null);
    await second.close();
  },
  "a session's lock is renewed": async (client) => {
    const session = await client.acceptSession("sessions", "renewed", { maxAutoLockRenewalDurationInMs: 0 });
    const before = session.sessionLockedUntilUtc;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok((await session.renewSessionLock()) > before);
    await session.close();
  },
  "abandoning in a session keeps the order": async (client) => {
    const sender = client.createSender("sessions");
    await sender.sendMessages([1, 2, 3].map((body) => ({ sessionId: "ordered", body })));
    const session = await client.acceptSession("sessions", "ordered");
    const [first] = await receive(session, 1);
    await session.abandonMessage(first);
    const messages = await receive(session, 3);
    assert.deepEqual(messages.map((m) => m.body), [1, 2, 3]);
    for (const message of messages) await session.completeMessage(message);
    await session.close();
  },
  "a deferred message stays in its session": async (client) => {
    await client.createSender("sessions").sendMessages({ sessionId: "deferring", body: "x" });
    const session = await client.acceptSession("sessions", "deferring");
    const [message] = await receive(session, 1);
    await session.deferMessage(message);
    const [deferred] = await session.receiveDeferredMessages(message.sequenceNumber);
    assert.equal(deferred.body, "x");
    await session.completeMessage(deferred);
    await session.close();
  },
  "a message without a session is refused": async (client) => {
    await assert.rejects(client.createSender("sessions").sendMessages({ body: 1 }));
  },
  "a plain receiver is refused": async (client) => {
    await assert.rejects(client.createReceiver("sessions").receiveMessages(1, { maxWaitTimeInMs: 2_000 }));
  },
});
