using Marquee.App.Storage;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Splitting;

namespace Marquee.App.Tests.Running;

/// <summary>An event at two PoPs with a shirt (19 % tax) and a book (7 %), split 60:40 after 5 % commission, tips to the band.</summary>
internal static class Given
{
    private static int _ids;

    public static readonly DateTimeOffset Doors = new(2026, 11, 27, 18, 0, 0, TimeSpan.Zero);

    public static string NewId(string prefix) => $"{prefix}-{Interlocked.Increment(ref _ids)}";

    public static EventPlan Plan(string eventId) => new()
    {
        Id = eventId,
        Title = "Night of <watches>",
        VenueId = "halle-am-kanal",
        PopIds = ["berlin", "lisbon"],
        Currency = Currency.Eur,
        StartsAt = Doors,
        EndsAt = Doors.AddHours(3),
        DropWindow = TimeSpan.FromHours(1),
        Split = new SplitRules(1, 500, [new SplitShare("the-band", 6000), new SplitShare("the-label", 4000)], "the-band"),
        OfflineLimits = new OfflineLimits(5_000, 20_000),
    };

    public static IReadOnlyList<Product> Products { get; } =
    [
        new Product("shirt", "Shirt", 2_500, 1900, new Dictionary<string, int> { ["berlin"] = 10, ["lisbon"] = 10 }),
        new Product("book", "Book", 1_200, 700, new Dictionary<string, int> { ["berlin"] = 5, ["lisbon"] = 5 }),
    ];

    public static async Task<string> EventAsync(EventStore events, CancellationToken cancellationToken)
    {
        var eventId = NewId("night");
        await events.PutDraftAsync(Plan(eventId), "product-drop", cancellationToken);
        foreach (var product in Products)
        {
            await events.PutProductAsync(eventId, product, cancellationToken);
        }

        return eventId;
    }

    public static AnomalyRaised Anomaly(string? eventId) => new()
    {
        AnomalyId = "bar-1.serialChanged.1",
        TerminalId = "bar-1",
        EventId = eventId,
        Kind = AnomalyKind.SerialChanged,
        Severity = AnomalySeverity.Warning,
        RaisedAt = Doors,
        Escalation = 0,
        Evidence = new AnomalyEvidence("Serial number was a, is b.", 1, 0, 1, Doors, Doors, []),
        SuggestedAction = "Go and look.",
    };

    public static EdgeFact Fact(long sequence, FactBody body, string popId = "berlin") =>
        new() { PopId = popId, Stream = "till", Sequence = sequence, OccurredAt = Doors.AddMinutes(sequence), Body = body };

    public static SaleApproved Sale(string eventId, string orderId, ApprovalMode mode = ApprovalMode.Online, int shirts = 1, int books = 1, long tip = 150)
    {
        SaleLine[] lines = [new SaleLine("shirt", shirts, 2_500), new SaleLine("book", books, 1_200)];
        lines = [.. lines.Where(line => line.Quantity > 0)];
        return new SaleApproved
        {
            EventId = eventId,
            OrderId = orderId,
            TerminalId = "till-1",
            TerminalSequence = 1,
            Lines = lines,
            Tip = Eur(tip),
            Total = Eur(lines.Sum(line => line.Quantity * line.UnitPriceMinorUnits) + tip),
            Mode = mode,
            Receipt = mode == ApprovalMode.Online ? Receipt(orderId) : null,
        };
    }

    public static ProcessorReceipt Receipt(string orderId, long fee = 83) => new($"pi_{orderId}", $"ch_{orderId}", Eur(fee));

    public static Money Eur(long minorUnits) => new(minorUnits, Currency.Eur);
}
