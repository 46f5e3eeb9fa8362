using Azure.Data.Tables;
using Marquee.Domain.Contracts;

namespace Marquee.App.Storage;

/// <summary>Where a product's units are at a PoP, as of its last adjustment there.</summary>
public sealed record PopStock(string PopId, string Sku, StockFigures Figures, DateTimeOffset At, long Sequence);

/// <summary>What was done to stock at a PoP beside selling it.</summary>
public sealed record PopStockAdjustment(string PopId, StockAdjusted Adjusted, DateTimeOffset At);

/// <summary>How far an order for pick-up has come.</summary>
public sealed record PopOrder(string PopId, string OrderId, FulfilmentStage Stage, DateTimeOffset PromisedAt, DateTimeOffset At, long Sequence);

/// <summary>
/// Stock and fulfilment at the PoPs. Every fact says how things stand after it, so taking it again, or an older one late, changes nothing.
/// </summary>
public sealed class PopStockStore(MarqueeTables tables)
{
    private const string Figures = "figures|";
    private const string Adjustments = "adjustment|";
    private const string Orders = "order|";

    private readonly TableClient _table = tables.Stock;

    public async Task PutAsync(EdgeFact fact, StockAdjusted adjusted, CancellationToken cancellationToken)
    {
        await _table.PutAsync(
            Rows.Of(adjusted.EventId, $"{Adjustments}{fact.PopId}|{fact.Sequence:D12}", new PopStockAdjustment(fact.PopId, adjusted, fact.OccurredAt)), cancellationToken);
        var stock = new PopStock(fact.PopId, adjusted.Sku, adjusted.Figures, fact.OccurredAt, fact.Sequence);
        await PutNewerAsync(adjusted.EventId, $"{Figures}{fact.PopId}|{adjusted.Sku}", stock, s => s.Sequence, cancellationToken);
    }

    public Task PutAsync(EdgeFact fact, OrderFulfilment order, CancellationToken cancellationToken) => PutNewerAsync(
        order.EventId,
        $"{Orders}{fact.PopId}|{order.OrderId}",
        new PopOrder(fact.PopId, order.OrderId, order.Stage, order.PromisedAt, fact.OccurredAt, fact.Sequence),
        o => o.Sequence,
        cancellationToken);

    public Task<IReadOnlyList<PopStock>> StockAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<PopStock>(eventId, Figures, cancellationToken);

    /// <summary>By PoP, oldest first.</summary>
    public Task<IReadOnlyList<PopStockAdjustment>> AdjustmentsAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<PopStockAdjustment>(eventId, Adjustments, cancellationToken);

    public Task<IReadOnlyList<PopOrder>> OrdersAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<PopOrder>(eventId, Orders, cancellationToken);

    /// <summary>Facts of one PoP come one at a time; a second host after a lost lock meets a conflict, and its message comes again.</summary>
    private async Task PutNewerAsync<T>(string eventId, string row, T value, Func<T, long> sequence, CancellationToken cancellationToken)
    {
        var known = await _table.FindAsync(eventId, row, cancellationToken);
        if (known is not null && sequence(known.Read<T>()) >= sequence(value))
        {
            return;
        }

        var entity = Rows.Of(eventId, row, value);
        if (known is null)
        {
            await _table.AddEntityAsync(entity, cancellationToken);
        }
        else
        {
            await _table.UpdateEntityAsync(entity, known.ETag, TableUpdateMode.Replace, cancellationToken);
        }
    }
}
