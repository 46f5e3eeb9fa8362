using System.Collections.Concurrent;
using System.Diagnostics;
using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform.Tests.Processes;

public sealed class SupervisedProcessTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly ConcurrentQueue<ProcessReport> _reports = new();

    /// <summary>Ready when a file is there.</summary>
    private sealed record FileReady(string Path) : Readiness
    {
        public override Task<bool> CheckAsync(HttpClient http, CancellationToken cancellationToken) => Task.FromResult(File.Exists(Path));
    }

    [Fact]
    public async Task A_process_is_started_once_it_is_ready_and_stopped_by_SIGTERM()
    {
        var process = Supervise("trap 'echo bye; exit 0' TERM; touch ready; while :; do sleep 0.02; done");

        await process.StartAsync(Token);
        Assert.NotNull(process.Current);
        await process.DisposeAsync();

        Assert.Null(process.Current);
        Assert.Equal("bye", File.ReadLines(_folder.File("it.log")).Last());
        Assert.False(Assert.IsType<BecameReady>(Assert.Single(_reports)).Again);
    }

    [Fact]
    public async Task A_process_that_crashes_is_started_again_and_that_is_said()
    {
        await using var process = Supervise("echo $$ >> pids; touch ready; while [ ! -e crash ]; do sleep 0.02; done; rm crash ready; exit 3");
        await process.StartAsync(Token);

        await File.WriteAllTextAsync(_folder.File("crash"), "", Token);
        await Wait.Until(() => _reports.OfType<BecameReady>().Any(ready => ready.Again), Token);

        Assert.Equal(2, File.ReadLines(_folder.File("pids")).Distinct().Count());
        var crashed = Assert.Single(_reports.OfType<Crashed>());
        Assert.Equal(3, crashed.ExitCode);
        Assert.Equal(Backoff.First, crashed.RestartsIn);
    }

    [Fact]
    public async Task After_a_kill_readiness_is_that_of_the_next_process()
    {
        await using var process = Supervise("rm -f ready; touch ready; exec sleep 600");
        await process.StartAsync(Token);
        var first = process.Current!.Value.Id;

        await process.KillAsync();
        await process.ReadyAsync(Token);

        Assert.NotEqual(first, process.Current!.Value.Id);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(first));
    }

    [Fact]
    public async Task Kills_in_a_row_are_no_reason_to_wait_longer()
    {
        await using var process = Supervise("rm -f ready; touch ready; exec sleep 600");
        await process.StartAsync(Token);

        for (var i = 0; i < 3; i++)
        {
            await process.KillAsync();
            await process.ReadyAsync(Token);
        }

        Assert.All(_reports.OfType<Crashed>(), crash => Assert.Equal(Backoff.First, crash.RestartsIn));
        Assert.Equal(3, _reports.OfType<Crashed>().Count());
    }

    [Fact]
    public async Task Crashes_in_a_row_wait_ever_longer()
    {
        await using var process = Supervise("touch ready; sleep 0.3; rm ready; exit 1");
        await process.StartAsync(Token);

        await Wait.Until(() => _reports.OfType<Crashed>().Count() == 2, Token);

        Assert.Equal([Backoff.First, Backoff.First * 2], _reports.OfType<Crashed>().Take(2).Select(crash => crash.RestartsIn));
    }

    [Fact]
    public async Task A_process_that_never_becomes_ready_is_given_up_with_its_last_words()
    {
        await using var process = Supervise("echo attempt >> attempts; echo 'no such table'; exit 7");

        var failure = await Assert.ThrowsAsync<PlatformException>(() => process.StartAsync(Token));

        Assert.Contains("no such table", failure.Message, StringComparison.Ordinal);
        Assert.Contains("exit code 7", failure.Message, StringComparison.Ordinal);
        Assert.Equal(SupervisedProcess.MaxFirstStarts, File.ReadLines(_folder.File("attempts")).Count());
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_said_to_be_missing()
    {
        await using var process = Supervise("", executable: _folder.File("nothing"));

        var failure = await Assert.ThrowsAsync<PlatformException>(() => process.StartAsync(Token));

        Assert.Contains("cannot be started", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_is_told_what_its_environment_says_and_nothing_of_ours()
    {
        Environment.SetEnvironmentVariable("ASPNETCORE_URLS", "http://127.0.0.1:1");
        await using var process = Supervise("echo \"$GREETING|$ASPNETCORE_URLS\"; touch ready; exec sleep 600");

        await process.StartAsync(Token);
        Environment.SetEnvironmentVariable("ASPNETCORE_URLS", null);
        await process.StopAsync();

        Assert.Equal("hello|", File.ReadLines(_folder.File("it.log")).First());
    }

    [Fact]
    public async Task Stopping_between_two_starts_starts_nothing_more()
    {
        var process = Supervise("touch started; exit 1");
        var starting = process.StartAsync(Token);
        await Wait.Until(() => File.Exists(_folder.File("started")) && process.Current is null, Token);

        await process.DisposeAsync();
        File.Delete(_folder.File("started"));

        Assert.False(starting.IsCompletedSuccessfully);
        Assert.Null(process.Current);
        Assert.False(File.Exists(_folder.File("started")));
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SupervisedProcess Supervise(string script, string executable = "/bin/sh") => new(
        new ProcessSpec
        {
            Name = "it",
            Description = "a test's",
            Executable = executable,
            Arguments = ["-c", script],
            Environment = new Dictionary<string, string> { ["GREETING"] = "hello" },
            WorkingDirectory = _folder.Path,
            Ready = new FileReady(_folder.File("ready")),
        },
        new LogFile(_folder.File("it.log")),
        _http,
        TimeProvider.System,
        _reports.Enqueue);
}
