using Azure.Data.Tables;

namespace Marquee.App.Storage;

/// <summary>Bytes that are too many for one property, over as many as they need.</summary>
internal static class Parts
{
    /// <summary>Azure's limit: https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model</summary>
    public const int MaxPropertyBytes = 64 * 1024;

    /// <summary>A row may have 1 MiB; its keys and other columns take little of the rest.</summary>
    public const int MaxBytes = 12 * MaxPropertyBytes;

    /// <exception cref="InvalidOperationException">More than <see cref="MaxBytes"/>.</exception>
    public static void Write(TableEntity row, byte[] bytes)
    {
        if (bytes.Length > MaxBytes) throw new InvalidOperationException($"{bytes.Length} bytes do not fit a row of {MaxBytes}.");
        for (var start = 0; start < bytes.Length; start += MaxPropertyBytes)
            row[Name(start / MaxPropertyBytes)] = bytes[start..Math.Min(start + MaxPropertyBytes, bytes.Length)];
    }

    public static byte[] Read(TableEntity row)
    {
        using var bytes = new MemoryStream();
        for (var part = 0; row.GetBinary(Name(part)) is { } data; part++) bytes.Write(data);
        return bytes.ToArray();
    }

    private static string Name(int part) => $"Data{part}";
}
