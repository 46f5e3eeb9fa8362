using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;

namespace Marquee.TerminalGateway.Identity;

/// <summary>What is to be checked before an order can be sold; asked before there is an order.</summary>
internal static class IdentityNeed
{
    /// <summary>A high-ticket product without a policy of its own asks for a person: that is what lets it be sold offline.</summary>
    public static (IdentityPolicy? Policy, IdentityAnswer.Refused? Problem) Of(EdgeReader reader, string eventId, IReadOnlyList<string> skus)
    {
        if (EventBook.Find(reader, eventId) is null) return (null, new(IdentityRefusal.UnknownEvent, "This PoP has no such event."));
        var listed = EventBook.Stock(reader, eventId).Select(i => i.Sku).ToHashSet(StringComparer.Ordinal);
        if (skus.FirstOrDefault(s => !listed.Contains(s)) is not null) return (null, new(IdentityRefusal.UnknownSku, "The event does not sell all of that."));
        var (policy, highTicket) = IdentityGate.Requirement(reader, eventId, skus);
        return (policy ?? (highTicket ? IdentityPolicy.VerifiedPerson : null)) is { } needed
            ? (needed, null)
            : (null, new(IdentityRefusal.NotNeeded, "None of that needs a check: nobody is asked for nothing."));
    }
}
