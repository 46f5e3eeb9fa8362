using System.CommandLine;
using Marquee.Local.Platform.Ground;
using Spectre.Console;

namespace Marquee.Local.Platform.Commands;

/// <summary><c>reset</c>: forgets everything that a stopped platform has kept.</summary>
internal static class ResetCommand
{
    public static Command Create()
    {
        var data = CommandOptions.Data();
        var command = new Command("reset", "Forget events, ledgers, keys and logs; refused while the platform runs.") { data };
        command.SetAction(parsed =>
        {
            var folder = parsed.DataFolder(data, Repository.Find());
            folder.Reset();
            AnsiConsole.MarkupLineInterpolated($"{folder.Path} is forgotten.");
            return 0;
        });
        return command;
    }
}
