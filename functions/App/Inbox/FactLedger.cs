using Marquee.App.Storage;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Ledgers;
using Marquee.Domain.Sales;

namespace Marquee.App.Inbox;

/// <summary>Books facts about money. All facts of a call go into one transaction, and a fact that came before changes nothing.</summary>
public sealed class FactLedger(EventStore events, LedgerStore ledger)
{
    /// <summary>A fact takes at most three rows (fact, sale, posting), and the balances of all of them at most a dozen: within a transaction's hundred.</summary>
    public const int MaxFacts = 28;

    /// <param name="facts">At most <see cref="MaxFacts"/>, all about sales of <paramref name="eventId"/>.</param>
    /// <exception cref="FactRefusedException">The ledger cannot take one of the facts; nothing of the call is booked.</exception>
    public async Task BookAsync(string eventId, IReadOnlyList<EdgeFact> facts, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(facts.Count, MaxFacts);
        var taxes = EventPlan.Taxes(await events.ProductsAsync(eventId, cancellationToken));
        await ledger.WriteAsync(
            eventId,
            async book =>
            {
                foreach (var fact in facts)
                {
                    if (await book.BeginFactAsync(fact.Id, cancellationToken))
                    {
                        await BookAsync(book, fact, taxes, cancellationToken);
                    }
                }

                return true;
            },
            cancellationToken);
    }

    private static async Task BookAsync(LedgerBook book, EdgeFact fact, TaxTable taxes, CancellationToken cancellationToken)
    {
        try
        {
            var (sale, posting) = fact.Body switch
            {
                SaleApproved approved => Approved(fact, approved, taxes),
                OfflineSaleCaptured captured => Captured(fact, await OriginalAsync(book, captured.OrderId, fact, cancellationToken), captured.Receipt, taxes),
                OfflineSaleDeclined declined => Declined(fact, await OriginalAsync(book, declined.OrderId, fact, cancellationToken)),
                _ => throw new FactRefusedException(fact, "not_money", $"A {fact.Body.GetType().Name} has no place in a ledger."),
            };
            await book.PostAsync(posting, cancellationToken);
            await book.FindSaleAsync(sale.Sale.OrderId, cancellationToken);
            book.PutSale(sale);
        }
        catch (InvalidSaleException failure)
        {
            throw new FactRefusedException(fact, "invalid_sale", failure.Message);
        }
        catch (LedgerClashException failure)
        {
            throw new FactRefusedException(fact, "ledger_clash", failure.Message);
        }
    }

    private static (SaleDocument, Posting) Approved(EdgeFact fact, SaleApproved sale, TaxTable taxes) => sale.Mode == ApprovalMode.Online
        ? (new SaleDocument(fact.PopId, sale, SaleState.Captured, sale.Receipt), SaleAccounting.OnlineSale(sale, taxes, fact.OccurredAt))
        : (new SaleDocument(fact.PopId, sale, SaleState.Outstanding, null), SaleAccounting.OfflineSale(sale, taxes, fact.OccurredAt));

    private static (SaleDocument, Posting) Captured(EdgeFact fact, SaleDocument original, ProcessorReceipt receipt, TaxTable taxes) =>
        (original with { State = SaleState.Captured, Receipt = receipt }, SaleAccounting.OfflineCaptured(original.Sale, receipt, taxes, fact.OccurredAt));

    private static (SaleDocument, Posting) Declined(EdgeFact fact, SaleDocument original) =>
        (original with { State = SaleState.Declined }, SaleAccounting.OfflineDeclined(original.Sale, fact.OccurredAt));

    private static async Task<SaleDocument> OriginalAsync(LedgerBook book, string orderId, EdgeFact fact, CancellationToken cancellationToken) =>
        await book.FindSaleAsync(orderId, cancellationToken) switch
        {
            null => throw new FactRefusedException(fact, "unknown_sale", $"There is no sale '{orderId}' to resolve."),
            { State: SaleState.Outstanding } sale when sale.PopId == fact.PopId => sale,
            var sale => throw new FactRefusedException(fact, "not_outstanding", $"The sale '{orderId}' of {sale.PopId} is {sale.State} and cannot be resolved by {fact.PopId}."),
        };
}

/// <summary>A fact that no retry will make good: it goes to the dead-letter queue, where its money waits for a person.</summary>
public sealed class FactRefusedException(EdgeFact fact, string code, string message) : Exception(message)
{
    public EdgeFact Fact { get; } = fact;

    /// <summary>Stable, for alerts and for whoever works the dead-letter queue.</summary>
    public string Code { get; } = code;
}
