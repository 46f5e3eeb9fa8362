using System.Text.Json;

namespace Marquee.Contract.Tests.OfficialApi;

/// <summary>Official signatures that the lists lack and a head needs, each with the list it belongs to and why we believe in it.</summary>
/// <param name="List">The list that it completes.</param>
/// <param name="Signature">A line in the lists' own format.</param>
/// <param name="Reason">Where the signature was read, and what needs it.</param>
internal sealed record Supplement(string List, string Signature, string Reason)
{
    internal const string FileName = "supplement.json";

    internal static IReadOnlyList<Supplement> All { get; } = JsonSerializer.Deserialize<Supplement[]>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "azure-api", FileName)), JsonSerializerOptions.Web) ?? [];

    internal static IEnumerable<string> LinesFor(string list) => All.Where(line => line.List == list).Select(line => line.Signature);
}
