using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Local.Terminal.Protocol;

namespace Marquee.Local.Terminal.Shell;

/// <summary>How the gateway is, and playing outage with the processor's stand-in.</summary>
internal static class LineCommands
{
    public static IReadOnlyList<ShellCommand> All { get; } =
    [
        new("status", "whether the gateway reaches the processor, and what is outstanding", StatusAsync),
        new("offline", "takes the processor's stand-in away: sales go on under the floor limits", (c, _, t) => OutageAsync(c, "refuse", t)),
        new("online", "brings it back: what is owed is forwarded", (c, _, t) => OutageAsync(c, "none", t)),
    ];

    private static async Task StatusAsync(ShellContext context, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var status = await context.Session.GetAsync("v1/status", cancellationToken);
        var outstanding = status.GetProperty("outstandingOffline").GetProperty("count").GetInt32();
        var reason = status.TryGetProperty("offlineReason", out var why) && why.ValueKind == JsonValueKind.String ? $" ({why.GetString()})" : "";
        context.Say($"{context.Session.PopId}: {status.GetProperty("mode").GetString()}{reason}; {outstanding} sales not yet at the processor, {status.GetProperty("outboxPending").GetInt64()} facts not yet in the cloud");
    }

    private static async Task OutageAsync(ShellContext context, string mode, CancellationToken cancellationToken)
    {
        if (context.Processor is null) throw new TerminalException("This gateway's processor is not a stand-in to play with.");
        using var http = new HttpClient { BaseAddress = context.Processor };
        using var answer = await http.PostAsJsonAsync("_control/outage", new { mode }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        context.Say($"{(mode == "none" ? "The processor is back." : "The processor is gone. Sell on.")}");
    }
}
