using System.Security.Cryptography;
using Marquee.Domain.Contracts;
using Marquee.Domain.Journals;
using Marquee.EdgeSync.Facts;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Journal;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Identity;

/// <summary>One member of staff's yes to an order's buyer.</summary>
/// <param name="Reason">One of <see cref="OverrideDesk.Reasons"/>; what the first of the two gives counts.</param>
internal sealed record OverrideRequest(string? OrderId, string? EventId, IReadOnlyList<string>? Skus, string? StaffId, string? Code, string? Reason);

/// <summary>
/// Two members of staff, each with a code of their own, in place of a document: within a few minutes of each other, written to the journal and
/// told to the cloud with who and why. Codes cannot be guessed and overrides cannot become a habit: both are counted in the store.
/// </summary>
internal sealed class OverrideDesk(EdgeStore store, IdentitySettings settings, TillJournal journal, Outbox outbox, TimeProvider time)
{
    public static readonly TimeSpan SecondWithin = TimeSpan.FromMinutes(5);

    /// <summary>Wrong codes of one member of staff; more, and not even the right one is taken until the time is over.</summary>
    public const int MaxWrongCodes = 5;

    public static readonly TimeSpan WrongCodesWithin = TimeSpan.FromMinutes(15);

    /// <summary>Overrides of this till in an hour.</summary>
    public const int MaxOverrides = 20;

    public static readonly TimeSpan OverridesWithin = TimeSpan.FromHours(1);

    // Both begin with what no id of a member of staff has.
    private const string Unknown = "*unknown";
    private const string Made = "*made";

    /// <summary>Never free text: nothing about the buyer can stand in it.</summary>
    public static IReadOnlyList<string> Reasons { get; } = ["document_seen", "known_person", "device_failed", "accessibility"];

    public Task<IdentityAnswer> ApproveAsync(OverrideRequest request) => store.WriteAsync(tx => Approve(tx, request));

    private IdentityAnswer Approve(EdgeTransaction tx, OverrideRequest request)
    {
        var now = time.GetUtcNow();
        if (CodeProblem(tx, request, now) is { } wrong) return wrong;
        if (!Reasons.Contains(request.Reason)) return No(IdentityRefusal.InvalidCheck, $"reason is one of {string.Join(", ", Reasons)}.");
        var (policy, problem) = IdentityNeed.Of(tx, request.EventId!, request.Skus!);
        if (policy is null) return problem!;
        var checks = IdentityBook.Of(tx, request.OrderId!);
        // The second person's repeat, after an answer that was lost.
        if (checks.LastOrDefault(c => c.Method == IdentityMethod.Staff && c.State == IdentityCheckState.Passed && c.EventId == request.EventId
            && c.Policy.Covers(policy) && now < c.ExpiresAt) is { } standing) return new IdentityAnswer.Standing(standing);
        if (checks.Count >= IdentityDesk.MaxPerOrder) return No(IdentityRefusal.TooManyChecks, "The order was checked too often.");
        if (OverrideBook.Count(tx, Made, now - OverridesWithin) >= MaxOverrides) return No(IdentityRefusal.TooOften, "Too many overrides in an hour.");
        var first = OverrideBook.FindFirst(tx, request.OrderId!);
        if (first is null || first.Until <= now || first.EventId != request.EventId || first.Policy != policy)
        {
            first = new(request.EventId!, policy, request.StaffId!, request.Reason!, now + SecondWithin);
            OverrideBook.PutFirst(tx, request.OrderId!, first, now);
        }

        // The same person twice is one person.
        if (first.StaffId == request.StaffId) return new IdentityAnswer.SecondPersonNeeded(first.Until);
        return TillRoom.Left(tx, outbox) < 2
            ? No(IdentityRefusal.JournalFull, "The outbox is full; facts of earlier sales come first.")
            : Override(tx, request, first, checks.Count + 1, now);
    }

    private IdentityAnswer.Standing Override(EdgeTransaction tx, OverrideRequest request, FirstApproval first, int number, DateTimeOffset now)
    {
        var check = new IdentityCheck
        {
            // No terminal can have made one with a colon.
            CheckId = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"staff:{number}:{request.OrderId}"),
            OrderId = request.OrderId!,
            EventId = first.EventId,
            TerminalId = JournalEntry.Till,
            Policy = first.Policy,
            Method = IdentityMethod.Staff,
            State = IdentityCheckState.Passed,
            Issuer = $"staff:{first.StaffId},{request.StaffId}",
            StartedAt = now,
            DecidedAt = now,
            ExpiresAt = now + IdentityDesk.UseWithin,
        };
        IdentityBook.Put(tx, check);
        OverrideBook.DropFirst(tx, check.OrderId, now);
        OverrideBook.Note(tx, Made, now, now - OverridesWithin);
        journal.Append(tx, new JournalEntry
        {
            Decision = Decision.Overridden,
            TerminalId = JournalEntry.Till,
            EventId = check.EventId,
            OrderId = check.OrderId,
            Reference = check.CheckId,
            Code = first.Reason,
            Actor = $"{first.StaffId},{request.StaffId}",
        });
        outbox.Append(tx, TillFacts.Stream, new IdentityOverridden(
            check.EventId, check.OrderId, check.CheckId, check.Policy, first.StaffId, request.StaffId!, first.Reason));
        return new IdentityAnswer.Standing(check);
    }

    // Commits with the answer, so that a wrong code counts whatever happens next.
    private IdentityAnswer.Refused? CodeProblem(EdgeTransaction tx, OverrideRequest request, DateTimeOffset now)
    {
        var known = settings.StaffCodes.TryGetValue(request.StaffId!, out var expected);
        var subject = known ? request.StaffId! : Unknown;
        if (OverrideBook.Count(tx, subject, now - WrongCodesWithin) >= MaxWrongCodes) return No(IdentityRefusal.TooOften, "Too many wrong codes: wait.");
        if (CryptographicOperations.FixedTimeEquals(IdentitySettings.Hash(request.Code!), expected ?? new byte[SHA256.HashSizeInBytes]) && known) return null;
        OverrideBook.Note(tx, subject, now, now - OverridesWithin);
        return No(IdentityRefusal.StaffCodeRefused, "There is no such member of staff, or the code is another.");
    }

    private static IdentityAnswer.Refused No(IdentityRefusal reason, string detail) => new(reason, detail);
}
