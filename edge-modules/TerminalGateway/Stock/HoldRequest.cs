using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Marquee.TerminalGateway.Sales;

namespace Marquee.TerminalGateway.Stock;

/// <summary>
/// What a terminal wants set aside, checked for shape. <see cref="HoldId"/> is the terminal's own: the same request again finds the same hold.
/// </summary>
internal sealed record HoldRequest(string HoldId, string TerminalId, string EventId, IReadOnlyList<OrderLine> Lines, int? Seconds = null)
{
    public static readonly TimeSpan DefaultLifetime = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(15);

    public TimeSpan Lifetime => Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultLifetime;

    /// <summary>Null when the request has the right shape, else what is wrong with it.</summary>
    public string? Problem() => this switch
    {
        _ when !StockId.IsValid(HoldId) => "holdId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !StockId.IsValid(TerminalId) => "terminalId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        _ when !StockId.IsValid(EventId) => "eventId must be 1 to 64 of A-Z a-z 0-9 . _ -",
        { Lines: null or { Count: 0 or > SaleRequest.MaxLines } } => "lines must be 1 to 50",
        _ when Lines.Any(l => l is null || !StockId.IsValid(l.Sku)) => "each line needs a sku",
        _ when Lines.Any(l => l.Quantity is < 1 or > SaleRequest.MaxQuantityPerLine) => "each line needs a quantity of 1 to 10000",
        { Seconds: { } seconds } when seconds < 1 || seconds > MaxLifetime.TotalSeconds => "seconds must be 1 to 900",
        _ => null,
    };

    public byte[] Hash() => RequestHash.Of(
        [HoldId, TerminalId, EventId, Number(Lifetime.Ticks), .. Lines.SelectMany(l => new[] { l.Sku, Number(l.Quantity) })]);

    private static string Number(long value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>SHA-256 over fields, each behind its length, so that two different requests never hash the same text.</summary>
internal static class RequestHash
{
    public static byte[] Of(IEnumerable<string?> fields)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var field in fields)
        {
            var bytes = Encoding.UTF8.GetBytes(field ?? "");
            // A field that is not there is not an empty one.
            BinaryPrimitives.WriteInt32BigEndian(length, field is null ? -1 : bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }
}
