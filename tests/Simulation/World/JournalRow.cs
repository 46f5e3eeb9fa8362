using Marquee.EdgeSync.Storage;

namespace Marquee.Simulation.World;

/// <summary>A sale as it lies in the till's file, read past the till's own code.</summary>
internal sealed record JournalRow(string OrderId, string State, long Total)
{
    /// <summary>Its customer may have been told that it stands.</summary>
    public bool IsApproved => State is "approvedOnline" or "approvedOffline" or "captured" or "declinedAtForward";

    /// <summary>It has the processor's money.</summary>
    public bool IsPaid => State is "approvedOnline" or "captured";

    /// <summary>It was approved without the processor.</summary>
    public bool WasOffline => State is "approvedOffline" or "captured" or "declinedAtForward";

    /// <summary>Its units are not for sale.</summary>
    public bool HasGoods => State is not ("declined" or "voided");

    public bool IsOpen => State is "received" or "authorising" or "approvedOffline";

    public static IReadOnlyList<JournalRow> All(EdgeReader reader) => reader.Query(
        "SELECT order_id, state, total FROM sales", row => new JournalRow(row.GetString(0), row.GetString(1), row.GetInt64(2)));
}
