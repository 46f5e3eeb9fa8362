using System.Reflection;

namespace Marquee.Infra.Tests;

/// <summary>The Bicep command line that restore downloaded, at the version that the project pins.</summary>
internal static class Bicep
{
    private static readonly string Path = typeof(Bicep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(data => data.Key == "BicepPath").Value!;

    internal static Task<ToolRun> RunAsync(params string[] arguments) => ToolRun.OfAsync(Path, arguments);
}
