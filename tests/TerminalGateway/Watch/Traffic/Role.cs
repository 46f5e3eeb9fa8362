namespace Marquee.TerminalGateway.Tests.Watch.Traffic;

/// <summary>What a terminal sells, to whom and when.</summary>
/// <param name="Menu">Prices in cents, by weight.</param>
/// <param name="MostItems">Items in one basket.</param>
/// <param name="ServiceSeconds">Median time that one customer takes at least.</param>
/// <param name="CustomersPerHour">By hour since the doors opened; the last one stands for all that follow.</param>
internal sealed record Role(
    string Name, IReadOnlyList<(int Cents, double Weight)> Menu, int MostItems, bool Tips, double ServiceSeconds, IReadOnlyList<double> CustomersPerHour)
{
    public const int CheapestCents = 200;
    public const int StickerCents = 300;

    public static Role Door { get; } = new("door", [(1800, 0.8), (1200, 0.2)], 3, false, 11, [150, 120, 30, 10, 4, 2]);

    public static Role Cloakroom { get; } = new("cloakroom", [(CheapestCents, 1)], 3, false, 9, [140, 80, 20, 6, 4, 10]);

    public static Role Bar { get; } = new("bar", [(250, 0.2), (450, 0.45), (600, 0.2), (900, 0.15)], 4, true, 13, [70, 110, 150, 170, 140, 90]);

    public static Role Food { get; } = new("food", [(850, 0.4), (1100, 0.4), (450, 0.2)], 3, true, 17, [60, 110, 90, 50, 30, 20]);

    public static Role Merch { get; } =
        new("merch", [(StickerCents, 0.12), (800, 0.13), (2500, 0.45), (3000, 0.18), (5500, 0.12)], 2, false, 20, [25, 30, 25, 35, 70, 90]);

    /// <summary>The terminals of one venue.</summary>
    public static IReadOnlyList<(string TerminalId, Role Role)> Venue { get; } =
    [
        ("door-1", Door), ("door-2", Door), ("cloakroom-1", Cloakroom), ("bar-1", Bar), ("bar-2", Bar), ("bar-3", Bar), ("bar-4", Bar), ("food-1", Food),
        ("merch-1", Merch), ("merch-2", Merch),
    ];

    public int BasketCents(Dice dice)
    {
        var items = 1;
        while (items < MostItems && dice.Chance(0.3)) items++;
        var sum = 0;
        for (var i = 0; i < items; i++) sum += dice.Pick(Menu);
        if (Tips && dice.Chance(0.25)) sum += (int)(sum * dice.Between(0.05, 0.15));
        return sum;
    }
}
