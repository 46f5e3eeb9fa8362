using Marquee.Local.Terminal.Protocol;
using Spectre.Console;

namespace Marquee.Local.Terminal.Shell;

/// <summary>A command of the shell. <paramref name="Usage"/> begins with its name.</summary>
internal sealed record ShellCommand(string Usage, string Summary, Func<ShellContext, IReadOnlyList<string>, CancellationToken, Task> RunAsync)
{
    public string Name => Usage.Split(' ')[0];
}

/// <summary>
/// What commands work with. <paramref name="Processor"/>: the Stripe stand-in's control address, where there is one to play with;
/// <paramref name="Counter"/> likewise.
/// </summary>
internal sealed record ShellContext(TerminalSession Session, IAnsiConsole Console, Uri? Processor, SampleCounter? Counter = null)
{
    public void Say(FormattableString line) => Console.MarkupLineInterpolated(line);

    /// <summary>The order that was named, or the last one.</summary>
    public string Order(IReadOnlyList<string> words) =>
        words.Count > 0 && !decimal.TryParse(words[0], System.Globalization.CultureInfo.InvariantCulture, out _)
            ? words[0]
            : Session.LastOrder ?? throw new TerminalException("Which order? Nothing was sold here yet.");
}
