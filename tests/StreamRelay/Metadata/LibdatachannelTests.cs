using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Marquee.StreamRelay.Tests.Signalling;

namespace Marquee.StreamRelay.Tests.Metadata;

/// <summary>libdatachannel, whose SCTP is usrsctp, as the viewer: proof that is independent of our own SCTP.</summary>
public sealed class LibdatachannelTests
{
    [Theory]
    [InlineData("viewer-opens")]
    [InlineData("relay-opens")]
    public async Task It_gets_the_snapshot_and_every_item_in_order(string who)
    {
        const int Notes = 120;
        await using var rig = await RelayRig.StartAsync();
        var camera = await rig.Caller().OnAirAsync(rig.Issuer.Publish(RelayRig.EventId));
        await camera.SendAsync(1);
        await PublishAsync(rig, "t", new { kind = "title", title = "Watch night" });
        using var node = Start(rig.Http.BaseAddress!, rig.Issuer.View(RelayRig.EventId), who, Notes);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(RelayRig.Patience);
        try
        {
            var snapshot = await ReadAsync();
            Assert.Equal("Watch night", snapshot.GetProperty("state").GetProperty("title").GetProperty("cue").GetProperty("title").GetString());
            for (var i = 0; i < Notes; i++) await PublishAsync(rig, $"n{i}", new { kind = "note", text = Text(i) });
            for (var i = 0; i < Notes; i++)
            {
                var item = (await ReadAsync()).GetProperty("item");
                Assert.Equal(($"n{i}", Text(i)), (item.GetProperty("id").GetString(), item.GetProperty("cue").GetProperty("text").GetString()));
            }
            await node.WaitForExitAsync(patience.Token);
            Assert.True(node.ExitCode == 0, $"{node.ExitCode}: {await errors}");

            async Task<JsonElement> ReadAsync()
            {
                if (await node.StandardOutput.ReadLineAsync(patience.Token) is { } line) return JsonDocument.Parse(line).RootElement;
                throw new InvalidOperationException($"the viewer has ended, {node.HasExited}: {await errors}");
            }
        }
        finally
        {
            if (!node.HasExited) node.Kill(entireProcessTree: true);
        }
    }

    private static string Text(int number) => $"Note {number}: {new string('é', 200)}";

    private static async Task PublishAsync(RelayRig rig, string id, object cue)
    {
        using var answer = await rig.SendAsync(
            HttpMethod.Post, $"streams/{RelayRig.EventId}/metadata", rig.Issuer.Publish(RelayRig.EventId),
            JsonSerializer.Serialize(new { id, cue }), "application/json");
        answer.EnsureSuccessStatusCode();
    }

    private static Process Start(Uri relay, string token, string who, int items, [CallerFilePath] string here = "") =>
        Process.Start(new ProcessStartInfo("node")
        {
            ArgumentList =
            {
                Path.Combine(Path.GetDirectoryName(here)!, "libdatachannel.mjs"),
                new Uri(relay, $"whep/{RelayRig.EventId}").ToString(),
                token,
                who,
                items.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardOutput = true,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
            RedirectStandardError = true,
        })!;
}
