using System.Buffers.Binary;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.StreamRelay.Tests.Toughness;

/// <summary>A relay that is killed under a running show. How long it takes to be back is <c>./marquee bench relay</c>'s.</summary>
public sealed class KilledRelayTests : IAsyncLifetime
{
    private readonly MediaLoop _loop = new(TimeProvider.System);
    private readonly List<TestClient> _clients = [];
    private RelayProcess _relay = null!;

    public async ValueTask InitializeAsync()
    {
        _loop.Start();
        var program = Path.Combine(AppContext.BaseDirectory, "Marquee.StreamRelay");
        _relay = await RelayProcess.StartAsync([program], TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _loop.InvokeAsync(() => _clients.ForEach(client => client.Dispose()));
        await _loop.DisposeAsync();
        _relay?.Dispose();
    }

    [Fact(Timeout = 180_000)]
    public async Task Publisher_and_viewers_that_try_again_are_back_after_a_kill()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await ShowAsync(viewers: 3, cancellation);
        _relay.Kill();
        _relay.Launch();
        await ShowAsync(viewers: 3, cancellation);
    }

    /// <summary>A publisher and viewers join, trying until they are let in; every viewer sees a picture.</summary>
    private async Task ShowAsync(int viewers, CancellationToken cancellation)
    {
        var camera = await JoinAsync(isPublisher: true, cancellation);
        var seen = 0;
        for (var i = 0; i < viewers; i++)
        {
            var viewer = await JoinAsync(isPublisher: false, cancellation);
            var hasSeen = false;
            await _loop.InvokeAsync(() => viewer.Rtp = (_, _, _) =>
            {
                if (!hasSeen) seen++;
                hasSeen = true;
            });
        }
        ushort sequence = 0;
        while (await _loop.InvokeAsync(() => seen) < viewers)
        {
            await _loop.InvokeAsync(() => SendKeyFrame(camera, ++sequence));
            await PauseAsync(cancellation);
        }
    }

    private async Task<TestClient> JoinAsync(bool isPublisher, CancellationToken cancellation)
    {
        var client = new TestClient(_loop);
        _clients.Add(client);
        string? answer;
        while ((answer = await PostAsync(ClientSdp.Offer(client, isPublisher), isPublisher, cancellation)) is null)
            await PauseAsync(cancellation);
        await _loop.InvokeAsync(() => ClientSdp.Connect(client, answer));
        while (!await _loop.InvokeAsync(() => client.IsConnected)) await PauseAsync(cancellation);
        return client;
    }

    private Task<string?> PostAsync(string offer, bool isPublisher, CancellationToken cancellation) =>
        isPublisher ? _relay.PublishAsync(offer, cancellation) : _relay.ViewAsync(offer, cancellation);

    private static void SendKeyFrame(TestClient camera, ushort sequence)
    {
        byte[] packet = [0x80, ClientSdp.PayloadType | 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x10, 0, 7];
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), sequence * 3000u);
        camera.SendRtp(packet);
    }

    private static Task PauseAsync(CancellationToken cancellation) =>
        Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
}
