using System.Text.Json;
using Marquee.App.Ledger;
using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;
using Marquee.Domain.Splitting;

namespace Marquee.App.Inbox;

/// <summary>Books facts about money. All facts of a call go into one transaction, and a fact that came before changes nothing.</summary>
public sealed class FactLedger(EventStore events, LedgerStore ledger)
{
    /// <summary>
    /// A fact takes at most four rows (fact, sale, posting, outcome), the balances of all of them at most a dozen, and head and block are there
    /// once: within a transaction's hundred.
    /// </summary>
    public const int MaxFacts = 20;

    /// <param name="facts">At most <see cref="MaxFacts"/>, all about sales of <paramref name="eventId"/>.</param>
    /// <exception cref="FactRefusedException">The ledger cannot take one of the facts; nothing of the call is booked.</exception>
    public async Task BookAsync(string eventId, IReadOnlyList<EdgeFact> facts, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(facts.Count, MaxFacts);
        var taxes = EventPlan.Taxes(await events.ProductsAsync(eventId, cancellationToken));
        var rules = (await events.GetAsync(eventId, cancellationToken)).Plan.Split;
        try
        {
            await ledger.WriteAsync(
                eventId,
                async book =>
                {
                    // What a PoP brings after a period is closed has happened all the same.
                    book.Late = LatePosting.CarryForward;
                    foreach (var fact in facts)
                    {
                        if (await book.BeginFactAsync(fact.Id, cancellationToken))
                        {
                            await BookAsync(book, fact, taxes, rules, cancellationToken);
                        }
                    }

                    return true;
                },
                cancellationToken);
        }
        catch (LedgerRefusedException refused)
        {
            // Of several facts it need not be the first: the caller tries each by itself.
            throw new FactRefusedException(facts[0], refused.Code, refused.Message);
        }
        catch (LedgerClashException clash)
        {
            throw new FactRefusedException(facts[0], "ledger_clash", clash.Message);
        }
    }

    private static async Task BookAsync(LedgerBook book, EdgeFact fact, TaxTable taxes, SplitRules rules, CancellationToken cancellationToken)
    {
        if (await IsToldAgainAsync(book, fact, cancellationToken)) return;
        try
        {
            var (sale, posting) = fact.Body switch
            {
                SaleApproved approved => Approved(fact, approved, taxes),
                OfflineSaleCaptured captured => Captured(fact, await OutstandingAsync(book, captured.OrderId, fact, cancellationToken), captured.Receipt, taxes),
                OfflineSaleDeclined declined => Declined(fact, await OutstandingAsync(book, declined.OrderId, fact, cancellationToken)),
                SaleVoided voided => Voided(fact, await OutstandingAsync(book, voided.OrderId, fact, cancellationToken)),
                SaleRefunded refunded => await RefundedAsync(book, fact, refunded, taxes, rules, cancellationToken),
                DebtRecovered recovered => await RecoveredAsync(book, fact, recovered, taxes, rules, cancellationToken),
                DebtWrittenOff written => await WrittenOffAsync(book, fact, written, taxes, cancellationToken),
                TenderReversed reversed => (null, RefundAccounting.Reversed(reversed, fact.OccurredAt)),
                ShiftClosed shift => (null, RefundAccounting.DrawerCounted(shift, fact.OccurredAt)),
                _ => throw new FactRefusedException(fact, "not_money", $"A {fact.Body.GetType().Name} has no place in a ledger."),
            };
            if (posting is not null) await book.PostAsync(posting, cancellationToken);
            if (sale is null) return;
            await book.FindSaleAsync(sale.Sale.OrderId, cancellationToken);
            book.PutSale(sale);
        }
        catch (InvalidSaleException failure)
        {
            throw new FactRefusedException(fact, "invalid_sale", failure.Message);
        }
        catch (InvalidRefundException failure)
        {
            throw new FactRefusedException(fact, "invalid_refund", failure.Message);
        }
        catch (LedgerClashException failure)
        {
            throw new FactRefusedException(fact, "ledger_clash", failure.Message);
        }
        catch (LedgerRefusedException failure)
        {
            throw new FactRefusedException(fact, failure.Code, failure.Message);
        }
    }

    /// <summary>
    /// A till whose store was set back to an older state tells under new ids what it cannot know to have been told: the same again changes
    /// nothing. What only posts needs no look: a posting is booked once by its own id.
    /// </summary>
    private static async Task<bool> IsToldAgainAsync(LedgerBook book, EdgeFact fact, CancellationToken cancellationToken)
    {
        var orderId = fact.Body switch
        {
            SaleApproved approved => approved.OrderId,
            OfflineSaleCaptured captured => captured.OrderId,
            OfflineSaleDeclined declined => declined.OrderId,
            SaleVoided voided => voided.OrderId,
            SaleRefunded refunded => refunded.OrderId,
            DebtRecovered recovered => recovered.OrderId,
            DebtWrittenOff written => written.OrderId,
            _ => null,
        };
        if (orderId is null || await book.FindSaleAsync(orderId, cancellationToken) is not { } known || known.PopId != fact.PopId) return false;
        return fact.Body switch
        {
            SaleApproved approved => JsonSerializer.Serialize(approved, ContractJson.Options) == JsonSerializer.Serialize(known.Sale, ContractJson.Options),
            OfflineSaleCaptured captured => known is { State: SaleState.Captured, Sale.Mode: ApprovalMode.Offline } && known.Receipt == captured.Receipt,
            // Its debt may have ended since.
            OfflineSaleDeclined => await book.FindPostingAsync(SaleAccounting.DeclinedId(known.Sale.OrderId), cancellationToken) is not null,
            SaleVoided => known.State == SaleState.Voided,
            DebtRecovered recovered => known.State == SaleState.Captured && known.Receipt == recovered.Receipt,
            DebtWrittenOff => known.State == SaleState.WrittenOff,
            SaleRefunded refunded => await book.FindPostingAsync(RefundAccounting.RefundId(refunded), cancellationToken) is { } posted
                && posted.Entries.Any(entry => entry.Amount == refunded.Amount),
            _ => false,
        };
    }

    private static (SaleDocument?, Posting?) Approved(EdgeFact fact, SaleApproved sale, TaxTable taxes) => sale.Mode == ApprovalMode.Online
        ? (new SaleDocument(fact.PopId, sale, SaleState.Captured, sale.Receipt), SaleAccounting.OnlineSale(sale, taxes, fact.OccurredAt))
        : (new SaleDocument(fact.PopId, sale, SaleState.Outstanding, null), SaleAccounting.OfflineSale(sale, taxes, fact.OccurredAt));

    private static (SaleDocument?, Posting?) Captured(EdgeFact fact, SaleDocument original, ProcessorReceipt receipt, TaxTable taxes) =>
        (original with { State = SaleState.Captured, Receipt = receipt }, SaleAccounting.OfflineCaptured(original.Sale, receipt, taxes, fact.OccurredAt));

    private static (SaleDocument?, Posting?) Declined(EdgeFact fact, SaleDocument original) =>
        (original with { State = SaleState.Declined }, SaleAccounting.OfflineDeclined(original.Sale, fact.OccurredAt));

    private static (SaleDocument?, Posting?) Voided(EdgeFact fact, SaleDocument original) =>
        (original with { State = SaleState.Voided }, RefundAccounting.Voided(original.Sale, fact.OccurredAt));

    private static async Task<(SaleDocument?, Posting?)> RefundedAsync(
        LedgerBook book, EdgeFact fact, SaleRefunded refund, TaxTable taxes, SplitRules rules, CancellationToken cancellationToken)
    {
        var wanted = refund.Method == RefundMethod.Debt ? SaleState.Declined : SaleState.Captured;
        var original = await OriginalAsync(book, refund.OrderId, fact, cancellationToken);
        if (original.State != wanted)
            throw new FactRefusedException(fact, "not_refundable", $"The sale '{refund.OrderId}' is {original.State}; a {refund.Method} refund needs {wanted}.");
        var (left, parts) = (original.Left ?? SaleRemainder.Of(original.Sale, taxes)).Take(refund, taxes);
        original = original with { Left = left };
        if (refund.Method == RefundMethod.Debt) return (original, RefundAccounting.OffDebt(refund, fact.OccurredAt));
        (SplitResult, SplitResult)? divided = null;
        if (await book.FindDivisionAsync(rules.Version, cancellationToken) is { } before && before.Less(parts) is { } after)
        {
            book.PutDivision(after);
            divided = (before.By(rules), after.By(rules));
        }

        return (original, RefundAccounting.Refunded(refund, parts, divided, fact.OccurredAt));
    }

    private static async Task<(SaleDocument?, Posting?)> RecoveredAsync(
        LedgerBook book, EdgeFact fact, DebtRecovered recovered, TaxTable taxes, SplitRules rules, CancellationToken cancellationToken)
    {
        var original = await OwedAsync(book, recovered.OrderId, fact, cancellationToken);
        var left = original.Left ?? SaleRemainder.Of(original.Sale, taxes);
        (SplitResult, SplitResult)? divided = null;
        if (await book.FindDivisionAsync(rules.Version, cancellationToken) is { } before)
        {
            var after = before.More(left, recovered.Receipt.Fee);
            book.PutDivision(after);
            divided = (before.By(rules), after.By(rules));
        }

        return (original with { State = SaleState.Captured, Receipt = recovered.Receipt }, DebtAccounting.Recovered(recovered, left, divided, fact.OccurredAt));
    }

    private static async Task<(SaleDocument?, Posting?)> WrittenOffAsync(
        LedgerBook book, EdgeFact fact, DebtWrittenOff written, TaxTable taxes, CancellationToken cancellationToken)
    {
        var original = await OwedAsync(book, written.OrderId, fact, cancellationToken);
        var left = original.Left ?? SaleRemainder.Of(original.Sale, taxes);
        return (original with { State = SaleState.WrittenOff }, DebtAccounting.WrittenOff(written, left, fact.OccurredAt));
    }

    private static async Task<SaleDocument> OwedAsync(LedgerBook book, string orderId, EdgeFact fact, CancellationToken cancellationToken) =>
        await OriginalAsync(book, orderId, fact, cancellationToken) switch
        {
            { State: SaleState.Declined } sale => sale,
            var sale => throw new FactRefusedException(fact, "not_a_debt", $"The sale '{orderId}' is {sale.State}; nobody owes it."),
        };

    private static async Task<SaleDocument> OutstandingAsync(LedgerBook book, string orderId, EdgeFact fact, CancellationToken cancellationToken) =>
        await OriginalAsync(book, orderId, fact, cancellationToken) switch
        {
            { State: SaleState.Outstanding } sale => sale,
            var sale => throw new FactRefusedException(fact, "not_outstanding", $"The sale '{orderId}' is {sale.State} and cannot be resolved."),
        };

    private static async Task<SaleDocument> OriginalAsync(LedgerBook book, string orderId, EdgeFact fact, CancellationToken cancellationToken) =>
        await book.FindSaleAsync(orderId, cancellationToken) switch
        {
            null => throw new FactRefusedException(fact, "unknown_sale", $"There is no sale '{orderId}'."),
            var sale when sale.PopId == fact.PopId => sale,
            var sale => throw new FactRefusedException(fact, "not_outstanding", $"The sale '{orderId}' is of {sale.PopId}, not of {fact.PopId}."),
        };
}

/// <summary>A fact that no retry will make good: it goes to the dead-letter queue, where its money waits for a person.</summary>
public sealed class FactRefusedException(EdgeFact fact, string code, string message) : Exception(message)
{
    public EdgeFact Fact { get; } = fact;

    /// <summary>Stable, for alerts and for whoever works the dead-letter queue.</summary>
    public string Code { get; } = code;
}
