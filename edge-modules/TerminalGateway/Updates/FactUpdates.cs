using System.Text.Json;
using System.Threading.Channels;
using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Http;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Updates;

/// <summary>
/// Makes news of facts: whatever changes a sale, stock or an event is reported to the cloud by a fact, so nobody who changes them need know of
/// terminals that watch. A fact says that something is new; what it is now is read from the store.
/// </summary>
internal sealed class FactUpdates : BackgroundService
{
    /// <summary>Facts that may wait for being read; with one more all readers are told to look for themselves.</summary>
    public const int MaxWaiting = 1024;

    private static readonly TimeSpan LookAtLine = TimeSpan.FromMilliseconds(250);

    private readonly Channel<FactBody> _facts = Channel.CreateBounded<FactBody>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly Outbox _outbox;
    private readonly EdgeStore _store;
    private readonly LineBreaker _breaker;
    private readonly UpdateFeed _feed;
    private readonly TimeProvider _time;
    private bool _wasOnline;
    private volatile bool _overflowed;

    public FactUpdates(Outbox outbox, EdgeStore store, LineBreaker breaker, UpdateFeed feed, TimeProvider time)
    {
        (_outbox, _store, _breaker, _feed, _time) = (outbox, store, breaker, feed, time);
        _wasOnline = breaker.IsOnline;
        _outbox.Committed += Note;
    }

    public override void Dispose()
    {
        _outbox.Committed -= Note;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            PublishAll();
            using var look = new CancellationTokenSource(LookAtLine, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(look.Token, stoppingToken);
            try
            {
                await _facts.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Time to look at the line, or to stop.
            }
        }
    }

    /// <summary>Publishes what is new since the last time.</summary>
    internal void PublishAll()
    {
        // The line first: what it did to sales is among the facts.
        PublishLine();
        while (_facts.Reader.TryRead(out var fact)) Publish(fact);
        if (!_overflowed) return;
        _overflowed = false;
        _feed.Publish(Update.Reset, null, new { reason = "too_much_at_once" });
    }

    private void PublishLine()
    {
        var line = _breaker.Status;
        if (line.IsOnline == _wasOnline) return;
        _wasOnline = line.IsOnline;
        _feed.Publish(Update.Line, null, new { mode = line.IsOnline ? "online" : "offline", line.Since, line.Reason });
    }

    // On the store's writer: no more than a note.
    private void Note(EdgeFact fact)
    {
        if (!_facts.Writer.TryWrite(fact.Body)) _overflowed = true;
    }

    private void Publish(FactBody fact)
    {
        if (fact is EventApplied applied)
        {
            _feed.Publish(Update.Event, null, new { applied.EventId, applied.Phase, applied.Version });
            return;
        }

        // Facts about sales and stock name what they are about in the same words, whichever they are.
        var json = JsonSerializer.SerializeToElement(fact, fact.GetType(), ContractJson.Options);
        if (Text(json, "eventId") is not { } eventId) return;
        var (sale, stock) = _store.Read(r => (Text(json, "orderId") is { } order ? SaleJournal.Find(r, order) : null, EventBook.Stock(r, eventId)));
        if (sale is not null) _feed.Publish(Update.Sale, sale.TerminalId, SaleResource.Of(sale));
        var skus = sale is not null ? sale.Lines.Select(l => l.Sku).ToHashSet(StringComparer.Ordinal) : Text(json, "sku") is { } sku ? [sku] : null;
        if (skus is null) return;
        var products = stock.Where(i => skus.Contains(i.Sku)).Select(i => new { i.Sku, i.Remaining }).ToList();
        if (products.Count > 0) _feed.Publish(Update.Stock, null, new { eventId, products });
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
