using Azure.Data.Tables;

namespace Marquee.App.Storage;

/// <summary>The tables of one deployment. A partition is the unit of a transaction, so each holds what must change together.</summary>
public sealed class MarqueeTables(TableServiceClient service)
{
    /// <summary>Partition = venue: the venue and its PoPs.</summary>
    public TableClient Venues { get; } = service.GetTableClient("venues");

    /// <summary>Partition = creator.</summary>
    public TableClient Creators { get; } = service.GetTableClient("creators");

    /// <summary>Partition = event: its definition and phase, products, PoPs' progress, payees. Partition <c>_index</c>: a row per event, to list them.</summary>
    public TableClient Events { get; } = service.GetTableClient("events");

    /// <summary>Partition = event: postings, balances, sales and the ids of the facts that made them.</summary>
    public TableClient Ledger { get; } = service.GetTableClient("ledger");

    /// <summary>Partition = event: who watches, by minute.</summary>
    public TableClient Viewership { get; } = service.GetTableClient("viewership");

    /// <summary>
    /// Partition = event: the tokens issued for its streams. Partition <c>_access</c>: revocations, and the version that relays are told.
    /// </summary>
    public TableClient Streams { get; } = service.GetTableClient("streams");

    /// <summary>Partition = event: stock and orders for pick-up at the PoPs, as they report them.</summary>
    public TableClient Stock { get; } = service.GetTableClient("stock");

    /// <summary>Partition = event: what the PoPs' watches found wrong at their terminals while they sold for it.</summary>
    public TableClient Anomalies { get; } = service.GetTableClient("anomalies");

    /// <summary>Partition <c>_cards</c>: cards that owe at the host's PoPs, by fingerprint, and which version of the list each PoP was sent.</summary>
    public TableClient BlockList { get; } = service.GetTableClient("blocklist");

    /// <summary>Partition = PoP: its tills' journals, and how far they are proved.</summary>
    public TableClient Mirror { get; } = service.GetTableClient("mirror");

    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        foreach (var table in (TableClient[])[Venues, Creators, Events, Ledger, Viewership, Streams, Stock, Anomalies, BlockList, Mirror])
        {
            await table.CreateIfNotExistsAsync(cancellationToken);
        }
    }
}
