using System.Diagnostics;

namespace Marquee.Infra.Tests;

/// <summary>A command-line tool, run to its end.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Errors)
{
    internal static async Task<ToolRun> OfAsync(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = SourceTree.Root,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException(tool + " did not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ToolRun(process.ExitCode, await output, await errors);
    }
}
