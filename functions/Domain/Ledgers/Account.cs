using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marquee.Domain.Ledgers;

/// <summary>The side of an entry, and the side on which an account's balance normally stands.</summary>
public enum Side
{
    Debit,
    Credit,
}

/// <summary>
/// An account of a ledger, written as its code: <c>processor-clearing</c>, <c>payable/ada</c>. There are no others than these.
/// </summary>
[JsonConverter(typeof(AccountJsonConverter))]
public sealed record Account
{
    private const string PayablePrefix = "payable/";
    private const string ReservePrefix = "reserve/";
    private const string ReceivablePrefix = "receivable/";

    private Account(string code, Side normalSide, bool hasFloor = false) => (Code, NormalSide, HasFloor) = (code, normalSide, hasFloor);

    /// <summary>Captured money that the processor holds for the platform, fees already off.</summary>
    public static Account ProcessorClearing { get; } = new("processor-clearing", Side.Debit);

    /// <summary>Sales approved without the processor and not forwarded yet. Never paid out from.</summary>
    public static Account OfflineAtRisk { get; } = new("offline-at-risk", Side.Debit, hasFloor: true);

    /// <summary>What a customer owes whose offline sale was declined when it was forwarded.</summary>
    public static Account CustomerDebt { get; } = new("customer-debt", Side.Debit, hasFloor: true);

    /// <summary>The processor's fees, borne by the event's proceeds.</summary>
    public static Account ProcessorFees { get; } = new("processor-fees", Side.Debit);

    /// <summary>Cash that tills took and that has not been handed in. The venue holds it, not the platform.</summary>
    public static Account CashOnHand { get; } = new("cash-on-hand", Side.Debit);

    /// <summary>What counted drawers held more (credit) or less (debit) than they should. Nobody's until somebody decides.</summary>
    public static Account CashDifferences { get; } = new("cash-differences", Side.Credit);

    /// <summary>The other side of money that is not captured: no proceeds, no tax and no tip until it is.</summary>
    public static Account OfflineDeferred { get; } = new("offline-deferred", Side.Credit, hasFloor: true);

    /// <summary>Captured money without tax and tips, not divided yet.</summary>
    public static Account EventProceeds { get; } = new("event-proceeds", Side.Credit);

    /// <summary>The tax inside captured sales.</summary>
    public static Account TaxPayable { get; } = new("tax-payable", Side.Credit);

    /// <summary>Captured tips, not handed on yet.</summary>
    public static Account TipsPayable { get; } = new("tips-payable", Side.Credit);

    /// <summary>The platform's own part.</summary>
    public static Account PlatformCommission { get; } = new("platform-commission", Side.Credit);

    /// <summary>What the processor has taken back for disputes that are not decided.</summary>
    public static Account Disputed { get; } = new("disputed", Side.Debit, hasFloor: true);

    /// <summary>What the processor charges for disputes; it comes back with a dispute that is won.</summary>
    public static Account DisputeFees { get; } = new("dispute-fees", Side.Debit);

    /// <summary>
    /// Money on its way from one ledger to another: gone from the one, not in the other yet. Over all ledgers it comes to nothing once every
    /// transfer is through.
    /// </summary>
    public static Account LedgerTransfers { get; } = new("ledger-transfers", Side.Credit);

    public string Code { get; }

    public Side NormalSide { get; }

    /// <summary>True when the balance, less what pending postings may take from it, never goes below zero.</summary>
    public bool HasFloor { get; }

    /// <summary>The party of a <see cref="Payable"/>, <see cref="Reserve"/> or <see cref="Receivable"/> account, otherwise null.</summary>
    public string? PartyId => Code.IndexOf('/') is var slash and >= 0 ? Code[(slash + 1)..] : null;

    private static FrozenDictionary<string, Account> Named { get; } = new[]
    {
        ProcessorClearing, OfflineAtRisk, CustomerDebt, ProcessorFees,
        OfflineDeferred, EventProceeds, TaxPayable, TipsPayable, PlatformCommission, CashOnHand, CashDifferences,
        Disputed, DisputeFees, LedgerTransfers,
    }.ToFrozenDictionary(named => named.Code, StringComparer.Ordinal);

    /// <summary>What the platform owes a party; a debit balance is what the party owes.</summary>
    /// <exception cref="ArgumentException">The party's id is not a slug.</exception>
    public static Account Payable(string partyId) => OfParty(PayablePrefix, partyId, Side.Credit);

    /// <summary>What is kept back of a party's money against refunds and disputes to come. Nothing is released that was not kept.</summary>
    /// <exception cref="ArgumentException">The party's id is not a slug.</exception>
    public static Account Reserve(string partyId) => OfParty(ReservePrefix, partyId, Side.Credit, hasFloor: true);

    /// <summary>A party's negative balance: what it owes after it was paid out, and what later money is set off against.</summary>
    /// <exception cref="ArgumentException">The party's id is not a slug.</exception>
    public static Account Receivable(string partyId) => OfParty(ReceivablePrefix, partyId, Side.Debit, hasFloor: true);

    /// <exception cref="FormatException">No account has this code.</exception>
    public static Account Parse(string code) =>
        TryParse(code, out var account) ? account : throw new FormatException($"'{code}' is not an account.");

    public static bool TryParse(string? code, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Account? account)
    {
        account = null;
        if (code is not null && !Named.TryGetValue(code, out account) && code.IndexOf('/') is int slash and > 0 && code[(slash + 1)..] is var partyId && Slug.IsValid(partyId))
        {
            account = code[..(slash + 1)] switch
            {
                PayablePrefix => Payable(partyId),
                ReservePrefix => Reserve(partyId),
                ReceivablePrefix => Receivable(partyId),
                _ => null,
            };
        }

        return account is not null;
    }

    public override string ToString() => Code;

    private static Account OfParty(string prefix, string partyId, Side normalSide, bool hasFloor = false) => Slug.IsValid(partyId)
        ? new Account(prefix + partyId, normalSide, hasFloor)
        : throw new ArgumentException("A party's id must be a slug.", nameof(partyId));
}

internal sealed class AccountJsonConverter : JsonConverter<Account>
{
    public override Account Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Account.TryParse(reader.GetString(), out var account) ? account : throw new JsonException("Not an account.");

    public override void Write(Utf8JsonWriter writer, Account value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
}
