using System.Text.Json;

namespace Marquee.Contract.Tests.OfficialApi;

/// <summary>The public signatures of one official assembly, read off the real one: a JSON array of strings, one per line.</summary>
/// <param name="Name">The assembly's name, which is the file's.</param>
/// <param name="Types">Its types in file order, each with its members.</param>
internal sealed record ApiList(string Name, IReadOnlyList<ApiType> Types)
{
    // Compiled without nullable annotations: a "?" in this list is always a nullable value type.
    private static readonly string[] Oblivious = ["Azure.Messaging.ServiceBus"];

    /// <summary>Whether the assembly says nothing about null references, so that nothing can be compared.</summary>
    internal bool IsNullableOblivious => Oblivious.Contains(Name);

    /// <summary>All lists beside the tests, with the signatures that <see cref="Supplement"/> adds to them.</summary>
    internal static IReadOnlyList<ApiList> LoadAll()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "azure-api");
        return [.. Directory.EnumerateFiles(folder, "*.json")
            .Where(file => Path.GetFileName(file) != Supplement.FileName)
            .Order(StringComparer.Ordinal)
            .Select(Load)];
    }

    private static ApiList Load(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var lines = JsonSerializer.Deserialize<string[]>(File.ReadAllText(file)) ?? [];
        return new ApiList(name, ApiParser.Parse([.. lines, .. Supplement.LinesFor(name)]));
    }
}
