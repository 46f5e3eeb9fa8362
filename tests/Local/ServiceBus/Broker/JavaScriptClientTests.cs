using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Marquee.Local.ServiceBus.Tests.Broker;

/// <summary>The official JavaScript client (@azure/service-bus) drives the broker: proof that is independent of our own client.</summary>
public sealed class JavaScriptClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public Task The_official_client_sends_receives_and_peeks() => Run("send-and-receive.mjs");

    [Fact]
    public Task The_official_client_abandons_defers_renews_and_dead_letters() => Run("settle.mjs");

    [Fact]
    public Task The_official_client_works_with_sessions_and_their_state() => Run("sessions.mjs");

    [Fact]
    public Task The_official_client_schedules_cancels_and_uses_topics() => Run("schedule-and-topics.mjs");

    private static async Task Run(string script, [CallerFilePath] string here = "")
    {
        await using var broker = await TestBroker.StartAsync();
        var path = Path.Combine(Path.GetDirectoryName(here)!, "..", "Js", script);
        using var node = Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList = { path, broker.Server.ConnectionString() },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await node.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            Assert.Fail($"{script} did not end in {Patience}.");
        }

        Assert.True(node.ExitCode == 0, $"{script}:\n{await output}\n{await errors}");
    }
}
