using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Marquee.Local.Stripe.Tests.Store;

/// <summary>The stand-in as a process of its own, to be killed.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int SigKill = 9;

    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<ServerProcess> StartAsync(string folder, string webhookUrl)
    {
        var start = new ProcessStartInfo("dotnet",
            [Path.Combine(AppContext.BaseDirectory, "Marquee.Local.Stripe.dll"), "--urls", "http://127.0.0.1:0", "--data", folder])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["Stripe__RateLimitPerSecond"] = "100000",
                ["Stripe__SettlementDelay"] = "00:00:00.050",
                ["Stripe__WebhookRetryBase"] = "00:00:00.100",
                ["Stripe__Webhooks__0__Url"] = webhookUrl,
                ["Stripe__Webhooks__0__Secret"] = "whsec_kill",
            },
        };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("stripe listening on ", StringComparison.Ordinal))
                return new ServerProcess(process, new Uri(line["stripe listening on ".Length..]));
        }
        throw new InvalidOperationException("The server ended before it listened.");
    }

    /// <summary>No farewell: the process is gone where it stood.</summary>
    public void Kill() => Assert.Equal(0, SendSignal(_process.Id, SigKill));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
