using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Marquee.Domain;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Recording;
using Marquee.StreamRelay.Streams;
using Marquee.StreamRelay.Tests.Signalling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.StreamRelay.Tests.Recording;

/// <summary>A show of a real ffmpeg's, recorded, and judged by ffprobe.</summary>
public sealed class RecordingTests
{
    [Fact]
    public async Task A_live_show_is_recorded_and_can_be_fetched_by_who_may_publish_it()
    {
        await using var rig = await RelayRig.StartAsync(EventPhase.Live, [.. TestPicture.Settings, "--Recording:Enabled=true"]);
        await RelayRig.UntilAsync(async () => (await ListAsync(rig)).Any(r => r.GetProperty("bytes").GetInt64() > 100_000));
        Assert.False((await ListAsync(rig)).Single().GetProperty("isComplete").GetBoolean());
        await rig.PhaseAsync(EventPhase.Wrapped);
        await RelayRig.UntilAsync(async () => (await ListAsync(rig)).All(r => r.GetProperty("isComplete").GetBoolean()));
        var manifest = (await ListAsync(rig)).Single();

        // The event goes on to its drop, and the recording stays to be had.
        await rig.PhaseAsync(EventPhase.Dropping);
        var path = $"streams/{TestPicture.Stream}/recordings/{manifest.GetProperty("file").GetString()}";
        using var answer = await rig.SendAsync(HttpMethod.Get, path, rig.Issuer.Publish(TestPicture.Stream));
        var bytes = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(manifest.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(("avc1.42c00d,opus", 320), (manifest.GetProperty("codecs").GetString(), manifest.GetProperty("width").GetInt32()));
        Assert.Equal(0, manifest.GetProperty("gapCount").GetInt64());
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("show.mp4"), bytes, TestContext.Current.CancellationToken);
        var (pictures, sounds, seconds) = await Decoding.ProbeAsync(folder.File("show.mp4"));
        Assert.InRange(seconds, manifest.GetProperty("durationSeconds").GetDouble() - 0.5, manifest.GetProperty("durationSeconds").GetDouble() + 0.5);
        Assert.InRange(pictures, (seconds * 30) - 20, (seconds * 30) + 20);
        Assert.InRange(sounds, (seconds * 50) - 40, (seconds * 50) + 40);

        using var part = await RangeAsync(rig, path, rig.Issuer.Publish(TestPicture.Stream));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(bytes[100..200], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var viewer = await rig.SendAsync(HttpMethod.Get, path, rig.Issuer.View(TestPicture.Stream));
        Assert.Equal(HttpStatusCode.Forbidden, viewer.StatusCode);
        using var nobody = await rig.SendAsync(HttpMethod.Get, path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
        using var elsewhere = await rig.SendAsync(
            HttpMethod.Get, $"streams/{TestPicture.Stream}/recordings/..%2Frelay.db", rig.Issuer.Publish(TestPicture.Stream));
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
    }

    [Fact]
    public async Task A_relay_that_is_killed_leaves_a_recording_that_plays_and_no_ffmpeg()
    {
        using var folder = new TempFolder();
        await using (var store = EdgeStore.Open(folder.File("relay.db"), RelaySchema.Steps))
        {
            await store.WriteAsync(
                tx => tx.Execute(
                    "INSERT INTO streams(event_id, version, title, phase, starts_at, ends_at) VALUES($event, 1, 'Watch night', 'Live', $at, $at)",
                    ("$event", TestPicture.Stream), ("$at", DateTimeOffset.UnixEpoch.ToString("O"))),
                TestContext.Current.CancellationToken);
        }
        var recordings = Path.Combine(folder.Path, "recordings", TestPicture.Stream);
        using var relay = Start(folder.Path);
        try
        {
            await RelayRig.UntilAsync(() =>
            {
                Assert.False(relay.HasExited, "the relay did not stay up");
                return Directory.Exists(recordings) && Directory.GetFiles(recordings).Sum(f => new FileInfo(f).Length) > 100_000;
            });
            var children = Children(relay.Id);
            Assert.NotEmpty(children);
            relay.Kill();
            await relay.WaitForExitAsync(TestContext.Current.CancellationToken);
            await RelayRig.UntilAsync(() => !children.Any(id => Directory.Exists($"/proc/{id}")));
        }
        finally
        {
            if (!relay.HasExited) relay.Kill();
        }
        var file = Directory.GetFiles(recordings).Single();
        var (pictures, sounds, _) = await Decoding.ProbeAsync(file);
        Assert.True(pictures > 20 && sounds > 20, $"{pictures} pictures, {sounds} sounds");

        // Half a fragment more, as a power failure leaves it: the next start puts it in order.
        var length = new FileInfo(file).Length;
        await File.AppendAllBytesAsync(file, [0, 0, 1, 0, .. "moof"u8, 1, 2, 3], TestContext.Current.CancellationToken);
        var shelf = new RecordingShelf(
            new RecordingSettings { Path = Path.Combine(folder.Path, "recordings") }, TimeProvider.System, NullLogger<RecordingShelf>.Instance);
        shelf.Recover(shelf.Unfinished());
        var manifest = Assert.Single(shelf.Of(TestPicture.Stream));
        Assert.True(manifest is { WasRecovered: true, IsComplete: true });
        Assert.Equal((length, length), (manifest.Bytes, new FileInfo(file).Length));
        Assert.InRange(manifest.DurationSeconds, (pictures / 30.0) - 0.1, (pictures / 30.0) + 0.1);
    }

    private static Process Start(string dataPath)
    {
        const string Nowhere = "Endpoint=sb://127.0.0.1:9/;SharedAccessKeyName=none;SharedAccessKey=bm9uZQ==;UseDevelopmentEmulator=true;";
        return Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Marquee.StreamRelay"),
            [
                "--urls=http://127.0.0.1:0", "--Media:Port=0", "--Edge:PopId=berlin", $"--Edge:DataPath={dataPath}",
                $"--EdgeSync:EventsConnection={Nowhere}", $"--EdgeSync:CommandsConnection={Nowhere}", "--Logging:LogLevel:Default=Error",
                .. TestPicture.Settings,
            ])
            { WorkingDirectory = dataPath })!;
    }

    private static int[] Children(int processId) => File.Exists($"/proc/{processId}/task/{processId}/children")
        ? [.. Directory.GetDirectories($"/proc/{processId}/task").SelectMany(task => File.ReadAllText(Path.Combine(task, "children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)]
        : [];

    private static async Task<List<JsonElement>> ListAsync(RelayRig rig)
    {
        using var answer = await rig.SendAsync(HttpMethod.Get, $"streams/{TestPicture.Stream}/recordings", rig.Issuer.Publish(TestPicture.Stream));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var list = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return [.. list.GetProperty("recordings").EnumerateArray()];
    }

    private static async Task<HttpResponseMessage> RangeAsync(RelayRig rig, string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Range = new RangeHeaderValue(100, 199);
        return await rig.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
