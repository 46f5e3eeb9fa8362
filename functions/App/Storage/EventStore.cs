using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;

namespace Marquee.App.Storage;

/// <summary>Events, their products, their PoPs' progress and their payees, each event in a partition of its own.</summary>
public sealed class EventStore(MarqueeTables tables)
{
    private const string Head = "event";
    private const string Index = "_index";

    /// <summary>Writers of one event are few (its orchestration and its host); a conflict past this many tries is a bug.</summary>
    private const int MaxAttempts = 20;

    private readonly TableClient _table = tables.Events;

    public async Task<EventDocument?> FindAsync(string eventId, CancellationToken cancellationToken) =>
        await _table.FindAsync(eventId, Head, cancellationToken) is { } row ? Document(row) : null;

    public async Task<EventDocument> GetAsync(string eventId, CancellationToken cancellationToken) =>
        await FindAsync(eventId, cancellationToken) ?? throw new KeyNotFoundException($"There is no event '{eventId}'.");

    /// <summary>All events, by id. A boutique host has hundreds, not millions.</summary>
    public async IAsyncEnumerable<EventDocument> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in _table.WithPrefixAsync(Index, "", cancellationToken))
        {
            // The index row is written first, so it may name an event whose own row a crash kept from being written.
            if (await FindAsync(row.RowKey, cancellationToken) is { } document)
            {
                yield return document;
            }
        }
    }

    /// <summary>Writes a draft. False when the event is past draft: what was announced does not change behind the buyers' backs.</summary>
    public async Task<bool> PutDraftAsync(EventPlan plan, string template, CancellationToken cancellationToken)
    {
        await _table.PutAsync(new TableEntity(Index, plan.Id), cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            var row = await _table.FindAsync(plan.Id, Head, cancellationToken);
            if (row is not null && Document(row).Phase != EventPhase.Draft)
            {
                return false;
            }

            var next = Row(new EventDocument(plan, template, EventPhase.Draft, row is null ? 1 : Document(row).Version + 1));
            if (await TryWriteAsync(next, row?.ETag, attempt, cancellationToken))
            {
                return true;
            }
        }
    }

    /// <summary>Moves the event as the lifecycle decides; a repeat of a move that has happened changes nothing.</summary>
    /// <returns>The event after the move.</returns>
    /// <exception cref="InvalidOperationException">The lifecycle refuses the move.</exception>
    public async Task<EventDocument> MoveAsync(string eventId, EventCommand command, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var row = await _table.FindAsync(eventId, Head, cancellationToken) ?? throw new KeyNotFoundException($"There is no event '{eventId}'.");
            var document = Document(row);
            switch (EventLifecycle.Decide(document.Phase, command))
            {
                case TransitionDecision.Unchanged:
                    return document;
                case TransitionDecision.Refused refused:
                    throw new InvalidOperationException(refused.Reason);
                case TransitionDecision.Moved moved:
                    var next = document with { Phase = moved.To, Version = document.Version + 1 };
                    if (await TryWriteAsync(Row(next), row.ETag, attempt, cancellationToken))
                    {
                        return next;
                    }

                    break;
            }
        }
    }

    public Task PutProductAsync(string eventId, Product product, CancellationToken cancellationToken) =>
        _table.PutAsync(Rows.Of(eventId, $"product|{product.Sku}", product), cancellationToken);

    public Task<IReadOnlyList<Product>> ProductsAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<Product>(eventId, "product|", cancellationToken);

    /// <summary>Keeps that staff let an order pass without a document; the same fact again is the same row.</summary>
    public Task PutOverrideAsync(string popId, IdentityOverridden overridden, CancellationToken cancellationToken) =>
        _table.PutAsync(Rows.Of(overridden.EventId, $"override|{popId}|{overridden.CheckId}", overridden), cancellationToken);

    public Task<IReadOnlyList<IdentityOverridden>> OverridesAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<IdentityOverridden>(eventId, "override|", cancellationToken);

    public Task<IReadOnlyList<PopProgress>> PopsAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<PopProgress>(eventId, "pop|", cancellationToken);

    public Task<IReadOnlyList<PayeeDocument>> PayeesAsync(string eventId, CancellationToken cancellationToken) =>
        _table.ReadAllAsync<PayeeDocument>(eventId, "payee|", cancellationToken);

    public async Task<PayeeDocument?> FindPayeeAsync(string eventId, string partyId, CancellationToken cancellationToken) =>
        (await _table.FindAsync(eventId, $"payee|{partyId}", cancellationToken))?.Read<PayeeDocument>();

    /// <summary>Written by one activity of one orchestration at a time, each of which can be repeated.</summary>
    public Task PutPayeeAsync(string eventId, PayeeDocument payee, CancellationToken cancellationToken) =>
        _table.PutAsync(Rows.Of(eventId, $"payee|{payee.PartyId}", payee), cancellationToken);

    /// <summary>Changes a PoP's progress, which never goes back.</summary>
    public async Task AdvancePopAsync(string eventId, string popId, Func<PopProgress, PopProgress> advance, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var row = await _table.FindAsync(eventId, $"pop|{popId}", cancellationToken);
            var next = advance(row?.Read<PopProgress>() ?? new PopProgress(popId, 0, null));
            if (await TryWriteAsync(Rows.Of(eventId, $"pop|{popId}", next), row?.ETag, attempt, cancellationToken))
            {
                return;
            }
        }
    }

    private static TableEntity Row(EventDocument document)
    {
        var row = Rows.Of(document.Id, Head, document.Plan);
        row["Template"] = document.Template;
        row["Phase"] = document.Phase.ToString();
        row["Version"] = document.Version;
        return row;
    }

    private static EventDocument Document(TableEntity row) =>
        new(row.Read<EventPlan>(), row.GetString("Template"), Enum.Parse<EventPhase>(row.GetString("Phase")), row.GetInt64("Version")!.Value);

    private async Task<bool> TryWriteAsync(TableEntity row, ETag? readAs, int attempt, CancellationToken cancellationToken)
    {
        try
        {
            if (readAs is { } etag)
            {
                await _table.UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellationToken);
            }
            else
            {
                await _table.AddEntityAsync(row, cancellationToken);
            }

            return true;
        }
        catch (RequestFailedException failure) when (failure.IsConflict() && attempt < MaxAttempts)
        {
            return false;
        }
    }
}
