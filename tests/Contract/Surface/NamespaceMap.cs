namespace Marquee.Contract.Tests.Surface;

/// <summary>Where a stand-in's namespace lies officially. App files name neither: a head's GlobalUsings does.</summary>
internal static class NamespaceMap
{
    // Longest first: extension classes live officially in the namespaces of the framework that they extend.
    private static readonly (string Ours, string Official)[] Prefixes =
    [
        ("Marquee.Local.Functions.DependencyInjection.", "Microsoft.Extensions.DependencyInjection."),
        ("Marquee.Local.Functions.Hosting.", "Microsoft.Extensions.Hosting."),
        ("Marquee.Local.Functions.", "Microsoft.Azure.Functions.Worker."),
        ("Marquee.Local.Durable.", "Microsoft.DurableTask."),
        ("Marquee.Local.ServiceBus.", "Azure.Messaging.ServiceBus."),
    ];

    internal static string ToOfficial(string signature) =>
        Prefixes.Aggregate(signature, (text, prefix) => text.Replace(prefix.Ours, prefix.Official, StringComparison.Ordinal));
}
