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
/// An account of an event's ledger, written as its code: <c>processor-clearing</c>, <c>payable/ada</c>. There are no others than these.
/// </summary>
[JsonConverter(typeof(AccountJsonConverter))]
public sealed record Account
{
    private const string PayablePrefix = "payable/";

    private Account(string code, Side normalSide) => (Code, NormalSide) = (code, normalSide);

    /// <summary>Captured money that the processor holds for the platform, fees already off.</summary>
    public static Account ProcessorClearing { get; } = new("processor-clearing", Side.Debit);

    /// <summary>Sales approved without the processor and not forwarded yet. Never paid out from.</summary>
    public static Account OfflineAtRisk { get; } = new("offline-at-risk", Side.Debit);

    /// <summary>What a customer owes whose offline sale was declined when it was forwarded.</summary>
    public static Account CustomerDebt { get; } = new("customer-debt", Side.Debit);

    /// <summary>The processor's fees, borne by the event's proceeds.</summary>
    public static Account ProcessorFees { get; } = new("processor-fees", Side.Debit);

    /// <summary>Cash that tills took and that has not been handed in. The venue holds it, not the platform.</summary>
    public static Account CashOnHand { get; } = new("cash-on-hand", Side.Debit);

    /// <summary>What counted drawers held more (credit) or less (debit) than they should. Nobody's until somebody decides.</summary>
    public static Account CashDifferences { get; } = new("cash-differences", Side.Credit);

    /// <summary>The other side of money that is not captured: no proceeds, no tax and no tip until it is.</summary>
    public static Account OfflineDeferred { get; } = new("offline-deferred", Side.Credit);

    /// <summary>Captured money without tax and tips, not divided yet.</summary>
    public static Account EventProceeds { get; } = new("event-proceeds", Side.Credit);

    /// <summary>The tax inside captured sales.</summary>
    public static Account TaxPayable { get; } = new("tax-payable", Side.Credit);

    /// <summary>Captured tips, not handed on yet.</summary>
    public static Account TipsPayable { get; } = new("tips-payable", Side.Credit);

    /// <summary>The platform's own part.</summary>
    public static Account PlatformCommission { get; } = new("platform-commission", Side.Credit);

    public string Code { get; }

    public Side NormalSide { get; }

    /// <summary>The party of a <see cref="Payable"/> account, otherwise null.</summary>
    public string? PartyId => Code.StartsWith(PayablePrefix, StringComparison.Ordinal) ? Code[PayablePrefix.Length..] : null;

    private static Account[] Named { get; } =
    [
        ProcessorClearing, OfflineAtRisk, CustomerDebt, ProcessorFees,
        OfflineDeferred, EventProceeds, TaxPayable, TipsPayable, PlatformCommission, CashOnHand, CashDifferences,
    ];

    /// <summary>What the platform owes a party; a debit balance is what the party owes.</summary>
    /// <exception cref="ArgumentException">The party's id is not a slug.</exception>
    public static Account Payable(string partyId) => Slug.IsValid(partyId)
        ? new Account(PayablePrefix + partyId, Side.Credit)
        : throw new ArgumentException("A party's id must be a slug.", nameof(partyId));

    /// <exception cref="FormatException">No account has this code.</exception>
    public static Account Parse(string code) =>
        TryParse(code, out var account) ? account : throw new FormatException($"'{code}' is not an account.");

    public static bool TryParse(string? code, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Account? account)
    {
        account = Array.Find(Named, named => named.Code == code);
        if (account is null && code?.StartsWith(PayablePrefix, StringComparison.Ordinal) == true)
        {
            var partyId = code[PayablePrefix.Length..];
            if (Slug.IsValid(partyId)) account = Payable(partyId);
        }

        return account is not null;
    }

    public override string ToString() => Code;
}

internal sealed class AccountJsonConverter : JsonConverter<Account>
{
    public override Account Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Account.TryParse(reader.GetString(), out var account) ? account : throw new JsonException("Not an account.");

    public override void Write(Utf8JsonWriter writer, Account value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
}
