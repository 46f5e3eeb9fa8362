using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Identity;
using Marquee.TerminalGateway.Safekeeping;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Offline;

/// <summary>Which of the caps a sale would break.</summary>
internal enum OfflineCap
{
    PerSale,
    PerCard,
    PerTerminal,

    /// <summary>All of the event at this PoP that is not forwarded yet.</summary>
    Venue,
    Count,

    /// <summary>The oldest sale has waited too long: this outage is no longer one that the caps were made for.</summary>
    Age,

    /// <summary>The card owes for a sale that was declined when it was forwarded, here or at another PoP.</summary>
    CardBlocked,

    /// <summary>A high-ticket product needs the processor's word, or a buyer whose identity was checked.</summary>
    Identity,
}

/// <summary>Why a sale may not be approved without the processor.</summary>
internal sealed record OfflineRefusal(OfflineCap Cap, string Detail);

/// <summary>
/// Whether a sale may be approved without the processor: the one place that decides it, in the transaction that approves. What counts against
/// the caps is in the store, so neither a restart nor a crash widens them.
/// </summary>
internal sealed class OfflinePolicy(CardFingerprints fingerprints, Vault vault)
{
    /// <summary>Null when the sale may be approved offline at <paramref name="now"/>; it is not on the books yet.</summary>
    /// <param name="card">The card's fingerprint (<see cref="Card"/>); empty when the sale has none.</param>
    public static OfflineRefusal? Check(EdgeReader reader, Sale sale, string card, DateTimeOffset now)
    {
        var limits = EventBook.Find(reader, sale.EventId)?.OfflineLimits ?? throw new InvalidOperationException($"Sale {sale.OrderId} is of no known event.");
        if (IdentityGate.OfflineProblem(reader, sale.OrderId, sale.EventId, sale.Lines.Select(l => l.Sku), now) is { } unknown)
            return new(OfflineCap.Identity, unknown);
        var amount = sale.Total.MinorUnits;
        if (amount > limits.PerSaleMinorUnits) return new(OfflineCap.PerSale, "Too much for one sale without the processor.");
        if (card.Length > 0)
        {
            if (BlockList.Contains(reader, card)) return new(OfflineCap.CardBlocked, "This card owes for an earlier sale: it pays online or not at all.");
            if (Exceeds(Exposure.OfCard(reader, sale.EventId, card), amount, limits.PerCard))
                return new(OfflineCap.PerCard, "Too much is outstanding on this card without the processor.");
        }

        if (Exceeds(Exposure.OfTerminal(reader, sale.EventId, sale.TerminalId), amount, limits.PerTerminal))
            return new(OfflineCap.PerTerminal, "Too much is outstanding at this terminal without the processor.");
        var venue = Exposure.OfEvent(reader, sale.EventId);
        if (Exceeds(venue, amount, limits.OutstandingMinorUnits)) return new(OfflineCap.Venue, "Too much is outstanding without the processor.");
        if (venue.Count >= limits.Sales) return new(OfflineCap.Count, "Too many sales are outstanding without the processor.");
        // An oldest sale of the future is one whose age is not known: the clock was set back since.
        return Exposure.Oldest(reader, sale.EventId) is { } oldest && (now - oldest > limits.Age || oldest - now > SessionClock.Tolerance)
            ? new(OfflineCap.Age, "The processor has been away for too long.")
            : null;
    }

    /// <summary>The fingerprint of a card by its token; empty without one.</summary>
    public string Fingerprint(string? token) => token is null ? "" : fingerprints.Of(token);

    /// <summary>The fingerprint of the sale's card; empty when it has none.</summary>
    public string Card(EdgeReader reader, Sale sale) =>
        sale.PaymentMethod is { } token ? fingerprints.Of(vault.Open(reader, token, Sale.TokenContext(sale.OrderId))) : "";

    private static bool Exceeds(Outstanding outstanding, long amount, long cap) => checked(outstanding.MinorUnits + amount) > cap;
}
