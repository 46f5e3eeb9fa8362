using Marquee.Local.Platform.Processes;

namespace Marquee.Local.Platform.Tests.Processes;

public sealed class LogFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public void A_log_never_takes_more_than_twice_its_bound_and_a_line()
    {
        using (var log = new LogFile(_folder.File("a.log"), maxBytes: 1_000))
            for (var i = 0; i < 1_000; i++) log.WriteLine($"line {i}");

        var files = new DirectoryInfo(_folder.Path).GetFiles();
        Assert.Equal(["a.log", "a.log.1"], files.Select(file => file.Name).Order());
        Assert.All(files, file => Assert.InRange(file.Length, 1, 1_010));
        Assert.Equal("line 999", File.ReadLines(_folder.File("a.log")).Last());
    }

    [Fact]
    public void The_last_lines_are_at_hand()
    {
        using var log = new LogFile(_folder.File("a.log"));
        for (var i = 0; i < 100; i++) log.WriteLine($"line {i}");

        Assert.Equal(LogFile.TailLines, log.Tail.Count);
        Assert.Equal("line 99", log.Tail[^1]);
    }

    [Fact]
    public void A_second_run_appends()
    {
        using (var log = new LogFile(_folder.File("a.log"))) log.WriteLine("one");
        using (var log = new LogFile(_folder.File("a.log"))) log.WriteLine("two");

        Assert.Equal(["one", "two"], File.ReadLines(_folder.File("a.log")));
    }

    [Fact]
    public void A_line_after_the_end_is_dropped()
    {
        var log = new LogFile(_folder.File("a.log"));
        log.Dispose();

        log.WriteLine("late");

        Assert.Empty(File.ReadAllText(_folder.File("a.log")));
    }

    public void Dispose() => _folder.Dispose();
}
