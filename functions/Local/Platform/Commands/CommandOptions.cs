using System.CommandLine;
using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Commands;

/// <summary>Options that several commands take.</summary>
internal static class CommandOptions
{
    public static Option<string?> Data() =>
        new("--data") { Description = "The folder that keeps everything; .marquee in the working copy by default.", HelpName = "folder" };

    public static Option<int?> PortBase() =>
        new("--port-base") { Description = $"Use the {PortPlan.Count} ports from here instead of the well-known ones.", HelpName = "port" };

    public static DataFolder DataFolder(this ParseResult parsed, Option<string?> option, Repository repository) =>
        new(parsed.GetValue(option) ?? repository.PathOf(".marquee"));
}
