using System.Runtime.CompilerServices;

namespace Marquee.App.Storage;

/// <summary>Where pop-ups happen.</summary>
public sealed record Venue(string Id, string Name, string Country, string TimeZone, string Address);

/// <summary>A point of presence at a venue. <paramref name="RelayUrl"/> is where encoders and players reach its relay, if they do.</summary>
public sealed record Pop(string Id, string VenueId, string Name, Uri? RelayUrl = null);

/// <summary>Somebody who is paid: the account at the processor that money is transferred to, and whether it can be paid out.</summary>
public sealed record Creator
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Email { get; init; }

    public required string Country { get; init; }

    public required string Currency { get; init; }

    public string? StripeAccountId { get; init; }

    public bool PayoutsEnabled { get; init; }
}

/// <summary>The host's venues, PoPs and creators. PoP ids are unique per host, since devices and subscriptions carry them.</summary>
public sealed class HostDirectory(MarqueeTables tables)
{
    private const string Pops = "_pops";

    public async Task<Venue?> FindVenueAsync(string venueId, CancellationToken cancellationToken) =>
        (await tables.Venues.FindAsync(venueId, "venue", cancellationToken))?.Read<Venue>();

    public Task PutVenueAsync(Venue venue, CancellationToken cancellationToken) =>
        tables.Venues.PutAsync(Rows.Of(venue.Id, "venue", venue), cancellationToken);

    public async Task<Pop?> FindPopAsync(string popId, CancellationToken cancellationToken) =>
        (await tables.Venues.FindAsync(Pops, popId, cancellationToken))?.Read<Pop>();

    public Task PutPopAsync(Pop pop, CancellationToken cancellationToken) =>
        tables.Venues.PutAsync(Rows.Of(Pops, pop.Id, pop), cancellationToken);

    public async IAsyncEnumerable<Pop> ListPopsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in tables.Venues.WithPrefixAsync(Pops, "", cancellationToken))
        {
            yield return row.Read<Pop>();
        }
    }

    public async Task<Creator?> FindCreatorAsync(string creatorId, CancellationToken cancellationToken) =>
        (await tables.Creators.FindAsync(creatorId, "creator", cancellationToken))?.Read<Creator>();

    public Task PutCreatorAsync(Creator creator, CancellationToken cancellationToken) =>
        tables.Creators.PutAsync(Rows.Of(creator.Id, "creator", creator), cancellationToken);
}
