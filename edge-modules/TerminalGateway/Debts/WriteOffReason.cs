namespace Marquee.TerminalGateway.Debts;

/// <summary>Why a debt is written off: codes, never free text, since they go to the cloud.</summary>
internal static class WriteOffReason
{
    /// <summary>The customer cannot be found, or will not pay.</summary>
    public const string Uncollectable = "uncollectable";

    /// <summary>The host lets the customer off.</summary>
    public const string Goodwill = "goodwill";

    /// <summary>The customer says that they owe nothing, and may be right.</summary>
    public const string Disputed = "disputed";

    /// <summary>Paid in another way, outside the till.</summary>
    public const string PaidElsewhere = "paid_elsewhere";

    /// <summary>Its link ran out.</summary>
    public const string LinkNotPaid = "link_not_paid";

    /// <summary>All that was owed was given back: nobody owes anything.</summary>
    public const string Refunded = "refunded";

    /// <summary>Those that a person may give.</summary>
    public static IReadOnlyList<string> OfStaff { get; } = [Uncollectable, Goodwill, Disputed, PaidElsewhere];
}
