using System.Diagnostics;
using System.Globalization;
using Marquee.Local.Platform.Demo;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Tests.Running;

namespace Marquee.Local.Platform.Tests.Commands;

// In the collection of the running platform so that two platforms do not start at the same time.
[Collection(RunningPlatformCollection.Name)]
public sealed class UpCommandTests : IDisposable
{
    private const string Ready = "Ctrl-C stops it"; // the last line of the start
    private readonly TempFolder _folder = new();
    private readonly PortPlan _ports = PortPlan.Free(Environment.ProcessId + 1);
    private readonly DataFolder _data;

    public UpCommandTests() => _data = new DataFolder(_folder.File("data"));

    [Fact]
    public async Task A_platform_stands_alone_on_its_folder_survives_its_own_death_stops_on_Ctrl_C_and_forgets_nothing_until_reset()
    {
        int[] orphans;
        using (var first = Tool.Start(Up))
        {
            await first.UntilAsync(Ready);
            Assert.Contains(PlatformSecrets.Read(_data.Secrets).FunctionKey, first.Output, StringComparison.Ordinal);

            var second = await Tool.RunAsync(Up);
            Assert.Equal(1, second.ExitCode);
            Assert.Contains($"http://127.0.0.1:{_ports.Cloud}/", second.Output, StringComparison.Ordinal);

            var reset = await Tool.RunAsync("reset", "--data", _data.Path);
            Assert.Equal(1, reset.ExitCode);
            Assert.True(File.Exists(_data.Secrets));

            orphans = Children();
            first.Kill();
            await first.EndAsync();
        }

        using (var again = Tool.Start(Up))
        {
            await again.UntilAsync(Ready);
            Assert.All(orphans, id => Assert.False(IsRunning(id)));

            var children = Children();
            Assert.Equal(8, children.Length);
            using var cloud = Cloud();
            await cloud.PutAsync("venues/kiez-hall", new { name = "Kiez Hall", country = "DE", timeZone = "Europe/Berlin", address = "Berlin" }, Token);
            await again.InterruptAsync(children);

            Assert.Equal(0, await again.EndAsync());
            Assert.DoesNotContain("started again", again.Output, StringComparison.Ordinal);
            Assert.All(children, id => Assert.False(IsRunning(id)));
            Assert.Empty(_ports.Taken());
        }

        using (var last = Tool.Start(Up))
        {
            await last.UntilAsync(Ready);
            using var cloud = Cloud();
            await cloud.PutAsync("venues/kiez-hall/pops/berlin", new { name = "Berlin" }, Token); // only where the venue is still known
            await last.InterruptAsync([]);
            Assert.Equal(0, await last.EndAsync());
        }

        Assert.Equal(0, (await Tool.RunAsync("reset", "--data", _data.Path)).ExitCode);
        Assert.False(Directory.Exists(_data.Path));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_before_anything_starts()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, _ports.Stripe);
        listener.Start();

        var (exitCode, output) = await Tool.RunAsync(Up);

        Assert.Equal(1, exitCode);
        Assert.Contains($"port {_ports.Stripe} of 127.0.0.1", output, StringComparison.Ordinal);
        Assert.DoesNotContain("✓", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_without_a_platform_says_how_to_get_one()
    {
        var (exitCode, output) = await Tool.RunAsync("demo", "--data", _data.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains("./marquee up", output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        if (Directory.Exists(_data.Path)) Orphans.End(_data.Running);
        _folder.Dispose();
    }

    private string[] Up => ["up", "--data", _data.Path, "--port-base", _ports.Blob.ToString(CultureInfo.InvariantCulture)];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private CloudClient Cloud() =>
        new(new Uri($"http://127.0.0.1:{_ports.Cloud}/"), PlatformSecrets.Read(_data.Secrets).FunctionKey, TimeProvider.System);

    private int[] Children() => [.. RunFile.TryRead(_data.Running)!.Children.Select(child => child.ProcessId)];

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
