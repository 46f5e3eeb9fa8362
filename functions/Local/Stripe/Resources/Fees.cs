using Marquee.Local.Stripe.Store;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Processing fees from the table: a rate by the card's region plus a fixed part, rounded half up on the minor unit.</summary>
internal static class Fees
{
    public static long OfCard(Session session, string method, string cardCountry, long amount, string currency)
    {
        var table = session.Setting.Fees;
        var regions = table.Object("regions")!;
        var region = regions.Select(entry => entry.Key).FirstOrDefault(name => regions.Texts(name).Contains(cardCountry)) ?? "international";
        var row = table.Object(method)!.Object(region)!;
        return Rate(amount, row.Number("basisPoints")) + Fixed(session, row.Number("fixed"), currency);
    }

    public static long OfDispute(Session session, string currency) =>
        Fixed(session, session.Setting.Fees.Object("dispute")!.Number("fixed"), currency);

    public static long OfInstantPayout(Session session, long amount, string currency)
    {
        var row = session.Setting.Fees.Object("instantPayout")!;
        return Math.Max(Rate(amount, row.Number("basisPoints")), Fixed(session, row.Number("minimum"), currency));
    }

    private static long Rate(long amount, long basisPoints) => checked((amount * basisPoints + 5_000) / 10_000);

    // The fixed part is given in euro cents; other currencies scale it.
    private static long Fixed(Session session, long cents, string currency)
    {
        var scale = session.Setting.Fees.Object("fixedScale")![currency]?.GetValue<decimal>() ?? 1m;
        return (long)Math.Round(cents * scale, MidpointRounding.AwayFromZero);
    }
}
