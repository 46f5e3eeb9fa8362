using Marquee.Domain.Debts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Debts;

internal enum DebtRefusalReason
{
    Unknown,
    NotNow,
    ProcessorUnreachable,
    JournalFull,
    Busy,
}

/// <summary>Why staff cannot have what they asked for.</summary>
internal sealed record DebtRefusal(DebtRefusalReason Reason, string Detail);

/// <summary>What staff want done about a debt, one at a time per order. Null is done.</summary>
internal sealed class DebtDesk(EdgeStore store, DebtCollector collector, OrderGates gates, GatewaySettings settings)
{
    /// <summary>A link for the customer; the one that is out, again, if there is one.</summary>
    public Task<DebtRefusal?> SendLinkAsync(string orderId, string actor) => RunAsync(orderId, DebtStep.SendLink, async debt =>
        (await collector.SendLinkAsync(debt, actor).ConfigureAwait(false)).State switch
        {
            DebtState.Open => new(DebtRefusalReason.ProcessorUnreachable, "The processor gave no link, or a refund comes off the debt first: ask again."),
            _ => null,
        });

    public Task<DebtRefusal?> WriteOffAsync(string orderId, string reason, string actor) => RunAsync(orderId, DebtStep.WriteOff, async debt =>
        await collector.WriteOffAsync(debt, reason, actor).ConfigureAwait(false) is { } refusal ? new(DebtRefusalReason.NotNow, refusal) : null);

    private async Task<DebtRefusal?> RunAsync(string orderId, DebtStep step, Func<Debt, Task<DebtRefusal?>> act)
    {
        using var gate = await gates.TryEnterAsync(orderId, settings.AuthorisationTimeout).ConfigureAwait(false);
        if (gate is null) return new(DebtRefusalReason.Busy, "The order is being worked on. Repeat the request.");
        if (store.Read(r => DebtRows.Find(r, orderId)) is not { } debt) return new(DebtRefusalReason.Unknown, "There is no such debt.");
        // A link that is out is taken back before a debt is written off, so that only what is final or under way stands in the way.
        var state = step == DebtStep.WriteOff && debt.State == DebtState.LinkSent ? DebtState.Open : debt.State;
        if (DebtLifecycle.Move(state, step).Refusal is { } refusal) return new(DebtRefusalReason.NotNow, refusal);
        return collector.HasRoom() ? await act(debt).ConfigureAwait(false) : new(DebtRefusalReason.JournalFull, "The outbox is full.");
    }
}
