using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace Marquee.Local.Functions.Configuration;

/// <summary>Resolves <c>%Setting%</c> in trigger attributes, and connections by their setting's name.</summary>
internal sealed partial class BindingExpressions(IConfiguration configuration)
{
    /// <summary>Puts each <c>%Setting%</c>'s value in its place.</summary>
    /// <exception cref="FunctionWorkerException">A setting is missing or empty.</exception>
    public string Resolve(string text) => Setting().Replace(text, match =>
        Value(match.Groups[1].Value) ?? throw new FunctionWorkerException($"the setting '{match.Groups[1].Value}' in '{text}' is missing"));

    /// <summary>
    /// The connection string behind a trigger's <c>Connection</c>: the setting of that name, or with the <c>AzureWebJobs</c> prefix.
    /// </summary>
    /// <exception cref="FunctionWorkerException">There is none.</exception>
    public string ConnectionString(string? connection)
    {
        var name = Resolve(connection ?? "ServiceBus");
        return Value($"AzureWebJobs{name}") ?? Value(name) ?? Value($"ConnectionStrings:{name}")
            ?? throw new FunctionWorkerException($"the connection setting '{name}' is missing");
    }

    private string? Value(string key) =>
        configuration[key.Replace("__", ":", StringComparison.Ordinal)] is { Length: > 0 } value ? value : null;

    [GeneratedRegex("%([^%]+)%")]
    private static partial Regex Setting();
}
