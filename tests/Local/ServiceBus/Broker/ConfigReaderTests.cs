using Marquee.Local.ServiceBus.Broker.Config;

namespace Marquee.Local.ServiceBus.Tests.Broker;

public sealed class ConfigReaderTests
{
    [Fact]
    public void The_emulators_own_example_is_read()
    {
        // The shape of the Config.json that the official emulator documents.
        var config = ConfigReader.Read("""
            { "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns",
              "Queues": [ { "Name": "queue.1", "Properties": { "DeadLetteringOnMessageExpiration": false, "DefaultMessageTimeToLive": "PT1H",
                "DuplicateDetectionHistoryTimeWindow": "PT20S", "ForwardDeadLetteredMessagesTo": "", "ForwardTo": "", "LockDuration": "PT1M",
                "MaxDeliveryCount": 3, "RequiresDuplicateDetection": false, "RequiresSession": false } } ],
              "Topics": [ { "Name": "topic.1", "Properties": { "DefaultMessageTimeToLive": "PT1H", "DuplicateDetectionHistoryTimeWindow": "PT20S", "RequiresDuplicateDetection": false },
                "Subscriptions": [ { "Name": "subscription.1", "Properties": { "DeadLetteringOnMessageExpiration": false, "DefaultMessageTimeToLive": "PT1H", "LockDuration": "PT1M",
                  "MaxDeliveryCount": 3, "ForwardDeadLetteredMessagesTo": "", "ForwardTo": "", "RequiresSession": false },
                  "Rules": [ { "Name": "app-prop-filter-1", "Properties": { "FilterType": "Correlation", "CorrelationFilter": { "ContentType": "application/text",
                    "CorrelationId": "id1", "Label": "subject1", "MessageId": "msgid1", "ReplyTo": "someQueue", "ReplyToSessionId": "sessionId", "SessionId": "session1", "To": "xyz" } } } ] } ] } ] } ],
              "Logging": { "Type": "File" } } }
            """);
        var queue = Assert.Single(config.Queues);
        Assert.Equal(TimeSpan.FromHours(1), queue.DefaultMessageTimeToLive);
        Assert.Equal(3, queue.MaxDeliveryCount);
        Assert.Null(queue.DuplicateDetectionWindow);
        Assert.Equal("RootManageSharedAccessKey", Assert.Single(config.AuthorizationRules).KeyName);
        Assert.Equal("app-prop-filter-1", Assert.Single(Assert.Single(Assert.Single(config.Topics).Subscriptions).Rules).Name);
    }

    [Theory]
    [InlineData("""{ "Name": "a" }, { "Name": "A" }""", "'a' is defined twice")]
    [InlineData("""{ "Name": "a", "Properties": { "MaxDelivery": 3 } }""", "queue 'a': MaxDelivery is not a known property")]
    [InlineData("""{ "Name": "a", "Properties": { "LockDuration": "a minute" } }""", "queue 'a': LockDuration")]
    [InlineData("""{ "Name": "a", "Properties": { "LockDuration": "PT10M" } }""", "queue 'a': LockDuration")]
    [InlineData("""{ "Name": "a", "Properties": { "MaxDeliveryCount": 0 } }""", "queue 'a': MaxDeliveryCount")]
    [InlineData("""{ "Name": "a", "Properties": { "ForwardTo": "b" } }""", "queue 'a': ForwardTo is not offered")]
    [InlineData("""{ "Name": "a", "AuthorizationRules": [ { "KeyName": "k", "PrimaryKey": "s", "Rights": [ "Read" ] } ] }""", "authorization rule 'k' of queue 'a': 'Read'")]
    [InlineData("""{ "Name": "a/b c" }""", "queue 'a/b c': the name")]
    [InlineData("""{ }""", "Queues[0]: Name is missing")]
    [InlineData("3", "Queues[0] must be an object")]
    public void A_wrong_queue_is_named(string queues, string expected) =>
        AssertRefused($$"""{ "UserConfig": { "Namespaces": [ { "Name": "n", "Queues": [ {{queues}} ] } ] } }""", expected);

    [Theory]
    [InlineData("""{ "FilterType": "Sql", "SqlFilter": { "SqlExpression": "amount >" } }""", "rule 'r' of subscription 's' of topic 't': Expected")]
    [InlineData("""{ "FilterType": "Regex" }""", "rule 'r' of subscription 's' of topic 't': FilterType")]
    [InlineData("""{ "FilterType": "Correlation", "CorrelationFilter": { } }""", "names no property")]
    [InlineData("""{ "FilterType": "Sql", "SqlFilter": { "SqlExpression": "1=1" }, "Action": { } }""", "rule actions are not offered")]
    public void A_wrong_rule_is_named(string properties, string expected) => AssertRefused($$"""
        { "UserConfig": { "Namespaces": [ { "Name": "n", "Topics": [ { "Name": "t", "Subscriptions": [ { "Name": "s",
          "Rules": [ { "Name": "r", "Properties": {{properties}} } ] } ] } ] } ] } }
        """, expected);

    [Fact]
    public void What_is_not_json_is_refused() => AssertRefused("{ UserConfig", "not JSON");

    [Fact]
    public async Task A_removed_entity_keeps_its_data_and_an_added_one_is_served()
    {
        await using var broker = await TestBroker.StartAsync();
        await broker.Queue("orders").SendAsync(QueueDriver.Message("kept"));

        await broker.RestartAsync("""{ "UserConfig": { "Namespaces": [ { "Name": "n", "Queues": [ { "Name": "new" } ] } ] } }""");
        Assert.Null(broker.Server.Entities.Find("orders"));
        Assert.Equal([("orders", 1L)], broker.Server.Entities.Unserved);
        await broker.Queue("new").SendAsync(QueueDriver.Message("x"));

        await broker.RestartAsync();
        Assert.Equal("kept", (await TestConsumer.On(broker.Queue("orders")).ReceiveOneAsync()).BodyOf());
    }

    private static void AssertRefused(string json, string expected) =>
        Assert.Contains(expected, Assert.Throws<BrokerConfigException>(() => ConfigReader.Read(json)).Message, StringComparison.Ordinal);
}
