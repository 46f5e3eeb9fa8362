using System.Reflection;
using System.Text.Json.Nodes;

namespace Marquee.Local.Stripe;

/// <summary>The data files of Data/, embedded in the assembly.</summary>
internal static class Tables
{
    public static JsonObject Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The data file {name} is not embedded.");
        return JsonNode.Parse(stream)!.AsObject();
    }
}
