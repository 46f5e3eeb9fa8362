namespace Marquee.App.Orchestrations;

/// <summary>The external events that orchestrations wait for, and the ids they listen under.</summary>
internal static class Signals
{
    public const string Open = "open";
    public const string Wrap = "wrap";
    public const string CloseDrop = "close-drop";
    public const string Archive = "archive";
    public const string Cancel = "cancel";

    /// <summary>A PoP's progress has changed; the orchestration reads how.</summary>
    public const string PopsChanged = "pops-changed";

    /// <summary>The payout's state has changed at the processor; the orchestration reads how.</summary>
    public const string PayoutChanged = "payout-changed";

    public static string LifecycleOf(string eventId) => $"event-{eventId}";

    public static string PayoutSplitOf(string eventId) => $"split-{eventId}";

    public static string PayoutOf(string eventId, string partyId) => $"payout-{eventId}.{partyId}";

    public static string LedgerTransferOf(string transferId) => $"ledger-transfer-{transferId}";
}
