using Azure.Data.Tables;

namespace Marquee.App.Ledger;

/// <summary>How much of a transaction a row may take, at the most.</summary>
internal static class RowBytes
{
    /// <summary>A character outside ASCII, or a quote, travels as \uXXXX.</summary>
    private const int BytesPerCharacter = 6;

    private const int BytesPerValue = 64;

    public static long Of(ITableEntity entity) => entity is IDictionary<string, object> row
        ? row.Values.Sum(value => value switch
        {
            string text => (long)text.Length * BytesPerCharacter,
            byte[] bytes => bytes.Length * 2L,
            _ => BytesPerValue,
        })
        : throw new ArgumentException("Only dynamic rows are written here.", nameof(entity));
}
