using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Domain;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Encoders;
using Marquee.StreamRelay.Tests.Signalling;

namespace Marquee.StreamRelay.Tests.Encoders;

/// <summary>Encoders under a relay, with programs in ffmpeg's place that behave badly.</summary>
public sealed class EncoderSupervisionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_that_ends_is_started_again_and_again()
    {
        await using var relay = await StartAsync("exit 3");
        await RelayRig.UntilAsync(() => Status(relay) is { Runs: >= 3, LastFailure: "exited" });
        Assert.Contains(Status(relay).State, new[] { EncoderState.Starting, EncoderState.Backoff });
    }

    [Fact]
    public async Task A_program_that_is_missing_is_tried_again_and_the_relay_lives()
    {
        await using var relay = await RelayRig.StartAsync(
            EventPhase.Live, [.. Source("always"), $"--Encoder:Ffmpeg={_folder.File("no-such-program")}"]);
        await RelayRig.UntilAsync(() => Status(relay).Runs >= 2);
        using var answer = await relay.Http.GetAsync(new Uri("health/live", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task It_runs_only_while_its_event_takes_publishers()
    {
        await using var relay = await StartAsync("exec sleep 1000", "event");
        await RelayRig.UntilAsync(() => Status(relay).ProcessId is not null);
        Assert.Equal(EncoderState.Starting, Status(relay).State);
        var processId = Status(relay).ProcessId!.Value;
        await relay.PhaseAsync(EventPhase.Wrapped);
        await RelayRig.UntilAsync(() => Status(relay).State == EncoderState.Idle);
        Assert.False(IsRunning(processId));
        await relay.PhaseAsync(EventPhase.Live);
        await RelayRig.UntilAsync(() => Status(relay).ProcessId is not null);
    }

    [Fact]
    public async Task One_that_says_nothing_is_killed_and_started_again()
    {
        await using var relay = await StartAsync("exec sleep 1000", "always", "--Encoder:StartLimit=00:00:00.5");
        await RelayRig.UntilAsync(() => Status(relay).ProcessId is not null);
        var processId = Status(relay).ProcessId!.Value;
        await RelayRig.UntilAsync(() => Status(relay) is { Runs: >= 2, LastFailure: "stalled" });
        Assert.False(IsRunning(processId));
    }

    [Fact]
    public async Task None_is_left_when_the_relay_stops()
    {
        int processId;
        await using (var relay = await StartAsync("exec sleep 1000"))
        {
            await RelayRig.UntilAsync(() => Status(relay).ProcessId is not null);
            processId = Status(relay).ProcessId!.Value;
            Assert.True(IsRunning(processId));
        }
        Assert.False(IsRunning(processId));
    }

    [Fact]
    public async Task The_status_page_shows_how_it_does_and_no_secret()
    {
        await using var relay = await RelayRig.StartAsync(
        EventPhase.Live,
            "--Encoder:Sources:0:Stream=watch-night",
            "--Encoder:Sources:0:Url=rtmp://127.0.0.1:19351/live", "--Encoder:Sources:0:Key=a-key-that-nobody-knows", "--Encoder:Ffmpeg=/bin/cat");
        await RelayRig.UntilAsync(() => Status(relay).Runs > 0);
        var status = await relay.Http.GetFromJsonAsync<JsonElement>("v1/status", TestContext.Current.CancellationToken);
        var encoder = status.GetProperty("encoders").EnumerateArray().Single();
        Assert.Equal(("watch-night", "rtmpListener"), (Text(encoder, "stream"), Text(encoder, "source")));
        Assert.DoesNotContain("a-key-that-nobody-knows", status.GetRawText(), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static EncoderStatus Status(RelayRig relay) => relay.Service<EncoderService>().Status.Single();

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string[] Source(string when) =>
        ["--Encoder:Sources:0:Stream=watch-night", "--Encoder:Sources:0:Url=lavfi:testsrc2", $"--Encoder:Sources:0:When={when}"];

    private Task<RelayRig> StartAsync(string script, string when = "always", params string[] settings)
    {
        var program = _folder.File("ffmpeg");
        File.WriteAllText(program, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return RelayRig.StartAsync(EventPhase.Live, [.. Source(when), $"--Encoder:Ffmpeg={program}", .. settings]);
    }
}
