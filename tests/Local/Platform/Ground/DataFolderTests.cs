using System.Diagnostics;
using Marquee.Local.Platform.Ground;

namespace Marquee.Local.Platform.Tests.Ground;

public sealed class DataFolderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DataFolder _data;

    public DataFolderTests() => _data = new DataFolder(_folder.File("data"));

    [Fact]
    public void Two_platforms_cannot_stand_on_one_folder()
    {
        using (_data.Lock())
            Assert.Throws<PlatformException>(() => new DataFolder(_data.Path).Lock());

        _data.Lock().Dispose();
    }

    [Fact]
    public void Who_comes_second_is_told_where_the_first_is()
    {
        using var held = _data.Lock();
        new RunFile(4711, Urls(7071), []).Write(_data.Running);

        var refusal = Assert.Throws<PlatformException>(() => _data.Lock());

        Assert.Contains("4711", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:7071/", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reset_forgets_everything()
    {
        File.WriteAllText(Path.Combine(_data.FolderOf("cloud"), "durable.db"), "");

        _data.Reset();

        Assert.False(Directory.Exists(_data.Path));
        _data.Reset(); // of nothing is nothing
    }

    [Fact]
    public void A_reset_is_refused_while_the_platform_runs()
    {
        using var held = _data.Lock();
        File.WriteAllText(_data.Of("kept"), "");

        Assert.Throws<PlatformException>(_data.Reset);

        Assert.True(File.Exists(_data.Of("kept")));
    }

    [Fact]
    public async Task What_a_killed_platform_left_running_is_ended()
    {
        using var orphan = Process.Start("sleep", "600");
        _data.FolderOf("logs");
        new RunFile(4711, Urls(1), [new ChildProcess("cloud", orphan.Id, orphan.StartTime)]).Write(_data.Running);

        Assert.Equal(["cloud"], Orphans.End(_data.Running));

        await orphan.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.False(File.Exists(_data.Running));
    }

    [Fact]
    public void A_later_process_with_the_same_id_is_left_alone()
    {
        using var stranger = Process.Start("sleep", "600");
        _data.FolderOf("logs");
        new RunFile(4711, Urls(1), [new ChildProcess("cloud", stranger.Id, stranger.StartTime.AddHours(-1))]).Write(_data.Running);

        Assert.Empty(Orphans.End(_data.Running));

        Assert.False(stranger.HasExited);
        stranger.Kill();
    }

    [Fact]
    public void A_run_file_reads_back()
    {
        _data.FolderOf("logs");
        var written = new RunFile(1, Urls(7071), [new ChildProcess("cloud", 2, DateTimeOffset.UnixEpoch)]);
        written.Write(_data.Running);

        var read = RunFile.TryRead(_data.Running)!;

        Assert.Equal(written.Urls.Pops["berlin"], read.Urls.Pops["berlin"]);
        Assert.Equal(written.Children, read.Children);
        Assert.Null(RunFile.TryRead(_data.Of("nothing.json")));
    }

    public void Dispose() => _folder.Dispose();

    private static PlatformUrls Urls(int cloudPort) => new(
        new Uri($"http://127.0.0.1:{cloudPort}/"),
        new Uri("http://127.0.0.1:2/"),
        new Dictionary<string, PopUrls> { ["berlin"] = new(new("http://127.0.0.1:3/"), new("https://127.0.0.1:4/"), new("https://127.0.0.1:5/"), new("http://127.0.0.1:6/")) });
}
