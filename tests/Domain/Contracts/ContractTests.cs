using System.Text.Json;
using System.Text.Json.Nodes;
using Marquee.Domain.Contracts;

namespace Marquee.Domain.Tests.Contracts;

/// <summary>
/// The messages between edge and cloud stay readable for both sides, whichever is newer. The golden files are what is on the wire
/// today.
/// </summary>
public sealed class ContractTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 20, 15, 30, TimeSpan.Zero);

    private static readonly SaleApproved Online = new()
    {
        EventId = "watch-night",
        OrderId = "order-17",
        TerminalId = "till-1",
        TerminalSequence = 17,
        Lines = [new("watch", 1, 19_900), new("cap", 2, 2_500)],
        Tip = new Money(500, Currency.Eur),
        Total = new Money(25_400, Currency.Eur),
        Mode = ApprovalMode.Online,
        Receipt = new ProcessorReceipt("pi_1", "ch_1", new Money(406, Currency.Eur)),
    };

    public static readonly Dictionary<string, FactBody> Facts = new()
    {
        ["event-applied"] = new EventApplied("watch-night", 3, EventPhase.Announced),
        ["sale-approved-online"] = Online,
        ["sale-approved-offline"] = Online with { Mode = ApprovalMode.Offline, Receipt = null },
        ["sale-approved-identified"] = Online with
        {
            Identity = new IdentityProof("order-17~1", IdentityPolicy.AgeOver(18), IdentityMethod.Mdoc, "US utopia iaca", At),
        },
        ["identity-overridden"] = new IdentityOverridden(
            "watch-night", "order-17", "order-17~2", IdentityPolicy.VerifiedPerson, "ana", "bo", "document_seen"),
        ["journal-mirrored"] = new JournalMirrored { Node = "1", Life = 2, Entries = [new(17, [1, 2], [3], [4])] },
        ["journal-heads"] = new JournalHeads
        {
            Node = "1",
            Life = 2,
            Till = new JournalHead(17, [4]),
            Terminals = new Dictionary<string, JournalHead> { ["*"] = new(3, [5]), ["till-1"] = new(14, [6]) },
        },
        ["offline-sale-captured"] = new OfflineSaleCaptured("watch-night", "order-17", Online.Receipt!),
        ["offline-sale-declined"] = new OfflineSaleDeclined("watch-night", "order-17", "insufficient_funds"),
        ["sale-approved-tenders"] = Online with
        {
            Receipt = null,
            Tenders = [new(1, TenderKind.Cash, new Money(5_400, Currency.Eur), null), new(2, TenderKind.Card, new Money(20_000, Currency.Eur), Online.Receipt)],
        },
        ["sale-voided"] = new SaleVoided("watch-night", "order-17", "void-1"),
        ["sale-refunded"] = new SaleRefunded
        {
            EventId = "watch-night",
            OrderId = "order-17",
            OperationId = "refund-1",
            Goods = new Money(2_500, Currency.Eur),
            Tip = new Money(0, Currency.Eur),
            Lines = [new("cap", 1, 2_500)],
            Method = RefundMethod.Card,
            RefundId = "re_1",
        },
        ["tender-reversed"] = new TenderReversed("watch-night", "order-17", 1, Online.Receipt!),
        ["shift-closed"] = new ShiftClosed
        {
            EventId = "watch-night",
            TerminalId = "till-1",
            ShiftId = "evening-1",
            Sales = 12,
            Refunds = 1,
            Voids = 1,
            CardSales = new Money(123_400, Currency.Eur),
            CashSales = new Money(20_000, Currency.Eur),
            OfflineSales = new Money(5_000, Currency.Eur),
            VoidedSales = new Money(1_000, Currency.Eur),
            CardRefunds = new Money(2_500, Currency.Eur),
            CashRefunds = new Money(0, Currency.Eur),
            ExpectedCash = new Money(30_000, Currency.Eur),
            CountedCash = new Money(29_950, Currency.Eur),
        },
        ["pop-drained"] = new PopDrained("watch-night", 5, 12, 3, 1, new Money(123_400, Currency.Eur)),
        ["stock-adjusted"] = new StockAdjusted(
            "watch-night", "watch", "count-1", StockAdjustmentKind.Recount, -1, "counted at the break", null, new StockFigures(10, 1, 4, 1, 0, -1)),
        ["order-fulfilment"] = new OrderFulfilment("watch-night", "order-17", FulfilmentStage.HandedOver, At),
        ["node-health"] = new NodeHealth("terminal-gateway", "1.0.0", "degraded", "processor away"),
        ["terminal-paired"] = new TerminalPaired("till-1", "Bar, left", "SN-4711", "T650", "3.2.1", "0A0B0C"),
        ["terminal-changed"] = new TerminalChanged("till-1", "SN-4711", "T650", "3.2.2"),
        ["terminal-revoked"] = new TerminalRevoked("till-1", "stolen"),
        ["anomaly-raised"] = new AnomalyRaised
        {
            AnomalyId = "till-1.RefundWithoutSale.1763669730000",
            TerminalId = "till-1",
            EventId = "watch-night",
            Kind = AnomalyKind.RefundWithoutSale,
            Severity = AnomalySeverity.Warning,
            RaisedAt = At,
            Escalation = 0,
            Evidence = new AnomalyEvidence("2 refunds of orders that this PoP does not know.", 900, 0, 2, At, At, ["order-17", "order-18"]),
            SuggestedAction = "Ask for the receipts.",
        },
        ["debt-recovered"] = new DebtRecovered("watch-night", "order-17", new Money(25_400, Currency.Eur), Online.Receipt!),
        ["debt-written-off"] = new DebtWrittenOff("watch-night", "order-17", new Money(25_400, Currency.Eur), "uncollectable"),
        ["card-blocked"] = new CardBlocked("00112233445566778899aabbccddeeff", "order-17"),
        ["card-unblocked"] = new CardUnblocked("00112233445566778899aabbccddeeff", "order-17"),
        ["terminal-sequence-gap"] = new TerminalSequenceGap("till-1", 17, 18),
    };

    private static readonly EdgeCommand Command = new()
    {
        PopId = "berlin",
        Key = "event/watch-night",
        Version = 3,
        IssuedAt = At,
        Body = new ConfigureEvent
        {
            EventId = "watch-night",
            Title = "Watch night",
            Phase = EventPhase.Announced,
            Currency = Currency.Eur,
            StartsAt = At,
            EndsAt = At.AddHours(3),
            Catalogue = [new("watch", "A watch", 19_900, 10), new("gin", "A gin", 4_900, 5) { Identity = IdentityPolicy.AgeOver(18), HighTicket = true }],
            OfflineLimits = new OfflineLimits(5_000, 50_000),
        },
    };

    public static TheoryData<string> FactNames => [.. Facts.Keys];

    [Theory]
    [MemberData(nameof(FactNames))]
    public void A_fact_is_written_as_its_golden_file_says(string name) =>
        Matches(name, JsonSerializer.SerializeToNode(Fact(name), ContractJson.Options)!);

    [Fact]
    public void A_command_is_written_as_its_golden_file_says() =>
        Matches("configure-event", JsonSerializer.SerializeToNode(Command, ContractJson.Options)!);

    [Fact]
    public void A_block_list_is_written_as_its_golden_file_says() =>
        Matches("configure-block-list", JsonSerializer.SerializeToNode(
            Command with
            {
                Key = ConfigureBlockList.CommandKey,
                Version = 4,
                Body = new ConfigureBlockList(["00112233445566778899aabbccddeeff"], 0),
            },
            ContractJson.Options)!);

    [Fact]
    public void The_rules_of_stream_tokens_are_written_as_their_golden_file_says() =>
        Matches("configure-stream-access", JsonSerializer.SerializeToNode(
            Command with
            {
                Key = ConfigureStreamAccess.CommandKey,
                Version = 4,
                Body = new ConfigureStreamAccess
                {
                    Issuer = "marquee",
                    Keys = [new("key-1", "MFkw", At, null)],
                    RevokedTokens = [new("0f", At)],
                    RevokedStreams = [new("watch-night.cellar", At)],
                },
            },
            ContractJson.Options)!);

    [Fact]
    public void The_word_on_a_mirrored_journal_is_written_as_its_golden_file_says() => Matches(
        "confirm-mirror",
        JsonSerializer.SerializeToNode(
            Command with
            {
                Key = ConfirmMirror.CommandKey("1"),
                Version = 6,
                Body = new ConfirmMirror { Node = "1", Life = 2, Proved = new JournalHead(15, [7]), NewestLife = 2, Asked = 17, Resend = true },
            },
            ContractJson.Options)!);

    [Fact]
    public void A_trunk_is_written_as_its_golden_file_says_and_its_key_is_not_printed()
    {
        var command = Command with
        {
            Key = ConfigureTrunk.CommandKey("lisbon"),
            Version = 5,
            Body = new ConfigureTrunk
            {
                NeighbourPopId = "lisbon",
                Links = [new(0, "5g", "10.0.0.1:8190", "wwan0", "203.0.113.2:8190", 3), new(1, "satellite", "10.0.1.1:8191", null, null)],
                Keys = [new(2, "MFkw")],
                Spread = TrunkSpread.Primary,
                EventSpreads = new Dictionary<string, TrunkSpread> { ["watch-night"] = TrunkSpread.Duplicate },
            },
        };
        Matches("configure-trunk", JsonSerializer.SerializeToNode(command, ContractJson.Options)!);
        Assert.DoesNotContain("MFkw", ((ConfigureTrunk)command.Body).Keys[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FactNames))]
    public void A_golden_fact_reads_and_writes_back_the_same(string name)
    {
        var golden = Golden(name);

        var read = golden.Deserialize<EdgeFact>(ContractJson.Options);

        Assert.True(JsonNode.DeepEquals(golden, JsonSerializer.SerializeToNode(read, ContractJson.Options)));
        Assert.IsType(Facts[name].GetType(), read!.Body);
    }

    [Theory]
    [MemberData(nameof(FactNames))]
    public void A_member_that_a_newer_side_added_is_ignored(string name)
    {
        var newer = Golden(name);
        newer["addedLater"] = 1;
        newer["body"]!["addedLater"] = new JsonObject { ["deep"] = true };

        var read = newer.Deserialize<EdgeFact>(ContractJson.Options);

        Assert.True(JsonNode.DeepEquals(Golden(name), JsonSerializer.SerializeToNode(read, ContractJson.Options)));
    }

    [Fact]
    public void The_kind_may_stand_anywhere_in_the_body()
    {
        var json = Golden("event-applied");
        var body = json["body"]!.AsObject();
        var kind = body["type"]!.DeepClone();
        body.Remove("type");
        body["type"] = kind;

        Assert.Equal(Facts["event-applied"], json.Deserialize<EdgeFact>(ContractJson.Options)!.Body);
    }

    [Fact]
    public void An_unknown_kind_is_an_error_of_the_JSON()
    {
        var json = Golden("event-applied");
        json["body"]!["type"] = "event-forgotten";

        Assert.Throws<JsonException>(() => json.Deserialize<EdgeFact>(ContractJson.Options));
    }

    [Fact]
    public void A_missing_member_is_an_error_of_the_JSON()
    {
        var json = Golden("sale-approved-online");
        json["body"]!.AsObject().Remove("total");

        Assert.Throws<JsonException>(() => json.Deserialize<EdgeFact>(ContractJson.Options));
    }

    [Fact]
    public void Ids_come_from_what_the_message_is_about()
    {
        Assert.Equal("berlin.till.17", Fact("event-applied").Id);
        Assert.Equal("berlin.till", Fact("event-applied").SessionId);
        Assert.Equal("berlin.event/watch-night.3", Command.Id);
    }

    private static EdgeFact Fact(string name) =>
        new() { PopId = "berlin", Stream = "till", Sequence = 17, OccurredAt = At, Body = Facts[name] };

    private static void Matches(string name, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(Golden(name), actual), $"{name} is now written as:{Environment.NewLine}{actual.ToJsonString()}");

    private static JsonNode Golden(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Contracts", "Golden", name + ".json")))!;
}
