namespace Marquee.TerminalGateway.Watch;

/// <summary>What the detectors of one terminal share.</summary>
internal sealed class TerminalMemory(TerminalBaseline baseline, VenueHours hours)
{
    private const int MaxIdLength = 64;

    private string? _eventId;

    public TerminalBaseline Baseline { get; } = baseline;

    public VenueHours Hours { get; } = hours;

    public RecentCards Cards { get; } = new();

    /// <summary>The latest time of any observation: a clock that is set back does not take the watch back.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The event of the last sale; before the first, the one that sells now.</summary>
    public string? EventId => _eventId ?? Hours.OpenAt(Now);

    public void Begin(Observation observation)
    {
        if (observation.At > Now) Now = observation.At;
        if (observation is SaleObserved sale) _eventId = Clip(sale.EventId);
    }

    public void End(Observation observation)
    {
        if (observation is SaleObserved { CardToken: { } card } sale) Cards.Note(Clip(card), sale.Outcome == SaleOutcome.Declined);
    }

    public bool IsNew(SaleObserved sale) => sale.CardToken is { } card && !Cards.Knows(Clip(card));

    /// <summary>Ids are kept to their first 64 characters, which is what the till lets through anyhow.</summary>
    public static string Clip(string id) => id.Length <= MaxIdLength ? id : id[..MaxIdLength];

}
