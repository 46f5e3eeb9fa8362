using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Marquee.TerminalGateway.Storage;

/// <summary>How times and states stand in the till's store. Times in UTC and of one length, so that the order of the texts is the order of the times.</summary>
internal static class StoreText
{
    public static string Of(DateTimeOffset at) => at.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    public static string? Of(DateTimeOffset? at) => at is { } time ? Of(time) : null;

    /// <summary>A member's name as it stands in JSON too: <c>approvedOffline</c>.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static DateTimeOffset Time(SqliteDataReader row, int column) =>
        DateTimeOffset.ParseExact(row.GetString(column), "O", CultureInfo.InvariantCulture);

    public static DateTimeOffset? TimeOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : Time(row, column);
}
