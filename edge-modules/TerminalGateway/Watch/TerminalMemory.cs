namespace Marquee.TerminalGateway.Watch;

/// <summary>What the detectors of one terminal share.</summary>
internal sealed class TerminalMemory(TerminalBaseline baseline, VenueHours hours)
{
    public TerminalBaseline Baseline { get; } = baseline;

    public VenueHours Hours { get; } = hours;

    public RecentCards Cards { get; } = new();

    /// <summary>The latest time of any observation: a clock that is set back does not take the watch back.</summary>
    public DateTimeOffset Now { get; private set; }

    /// <summary>The event of the last sale.</summary>
    public string? EventId { get; private set; }

    public void Begin(Observation observation)
    {
        if (observation.At > Now) Now = observation.At;
        if (observation is SaleObserved sale) EventId = Clip(sale.EventId);
    }

    public void End(Observation observation)
    {
        if (observation is SaleObserved sale) Cards.Note(Clip(sale.CardToken), sale.Outcome == SaleOutcome.Declined);
    }

    public bool IsNew(SaleObserved sale) => !Cards.Knows(Clip(sale.CardToken));

    /// <summary>Ids are kept to their first 64 characters, which is what the till lets through anyhow.</summary>
    public static string Clip(string id) => id.Length <= MaxIdLength ? id : id[..MaxIdLength];

    private const int MaxIdLength = 64;
}
