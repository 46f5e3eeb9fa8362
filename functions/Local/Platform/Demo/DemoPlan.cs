namespace Marquee.Local.Platform.Demo;

/// <summary>When a sale of the demo happens.</summary>
internal enum Act
{
    BeforeTheOutage,
    DuringTheOutage,
    AfterTheOutage,
}

internal sealed record DemoLine(string Sku, int Quantity);

/// <summary>A sale as its terminal will ask for it.</summary>
internal sealed record DemoSale(
    Act Act,
    string PopId,
    string TerminalId,
    long TerminalSequence,
    string OrderId,
    IReadOnlyList<DemoLine> Lines,
    long TipMinorUnits,
    string PaymentMethod);

/// <summary>A product of the demo: price with tax.</summary>
internal sealed record DemoProduct(string Sku, string Name, long UnitPriceMinorUnits, int TaxBasisPoints);

/// <summary>
/// How many sales a PoP makes in each act; one card among the first is declined at once, and one of the second when it is forwarded.
/// </summary>
internal sealed record DemoSize(int Before, int During, int After)
{
    public static DemoSize Small { get; } = new(5, 3, 2);

    public static DemoSize Smallest { get; } = new(2, 2, 1);
}

/// <summary>Everything that the demo will do, fixed beforehand: the same seed sells the same things to the same cards.</summary>
internal sealed class DemoPlan
{
    private const string Good = "pm_card_visa";
    private const string Declined = "pm_card_visa_chargeDeclined";

    private DemoPlan(string id, IReadOnlyList<DemoSale> sales) => (Id, Sales) = (id, sales);

    public static IReadOnlyList<DemoProduct> Products { get; } =
    [
        new("shirt", "Shirt with the night's print", 2_500, 1_900),
        new("zine", "Zine, signed", 1_200, 700),
        new("pin", "Enamel pin", 500, 1_900),
    ];

    /// <summary>Tells this run from others; part of every id.</summary>
    public string Id { get; }

    public string EventId => $"demo-{Id}";

    /// <summary>The split's parties: the artist gets 70 % and the tips, the curator 30 %.</summary>
    public string Artist => $"ada-{Id}";

    public string Curator => $"ben-{Id}";

    public IReadOnlyList<DemoSale> Sales { get; }

    /// <summary>More than the plan can sell.</summary>
    public static int QuotaPerPop => 100;

    public static DemoPlan Create(string id, int seed, DemoSize size, IReadOnlyList<string> popIds)
    {
        var random = new Random(seed);
        var sales = new List<DemoSale>();
        foreach (var popId in popIds)
        {
            var terminal = TerminalOf(popId);
            Act[] acts =
            [
                .. Enumerable.Repeat(Act.BeforeTheOutage, size.Before),
                .. Enumerable.Repeat(Act.DuringTheOutage, size.During),
                .. Enumerable.Repeat(Act.AfterTheOutage, size.After),
            ];
            for (var i = 0; i < acts.Length; i++)
            {
                var orderId = $"{id}-{popId}-{i + 1}";
                sales.Add(new DemoSale(acts[i], popId, terminal, i + 1, orderId, Lines(random), Tip(random), Card(i, size)));
            }
        }

        return new DemoPlan(id, sales);
    }

    /// <summary>The one terminal of a PoP that the demo sells at.</summary>
    public static string TerminalOf(string popId) => $"{popId}-till-1";

    private static string Card(int index, DemoSize size) => index == 1 || index == size.Before + 1 ? Declined : Good;

    private static DemoLine[] Lines(Random random) =>
        [.. Products.Where(_ => random.Next(2) == 0).DefaultIfEmpty(Products[0])
            .Select(product => new DemoLine(product.Sku, random.Next(1, 3)))];

    private static long Tip(Random random) => random.Next(3) * 100;
}
