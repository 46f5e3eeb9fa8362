using System.Net.Http.Headers;
using System.Text;
using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.Benchmarks.Relay;

/// <summary>Our relay as a process of its own, by WHIP and WHEP.</summary>
internal sealed class OurRelay : IRelayTarget
{
    private readonly HttpClient _http = new();
    private readonly Uri _url;
    private TestClient? _publisher;

    private OurRelay(MeasuredServer server, Uri url) => (Server, _url) = (server, url);

    public string Name => "ours";

    public MeasuredServer Server { get; }

    public static async Task<OurRelay> StartAsync(CancellationToken cancellation)
    {
        var server = MeasuredServer.Start(Environment.ProcessPath!, [RelayHostProcess.Command]);
        try
        {
            var line = await server.UntilPrintedAsync(RelayHostProcess.Ready, cancellation);
            return new OurRelay(server, new Uri(line[RelayHostProcess.Ready.Length..].Trim()));
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public async Task<Camera> PublishAsync(Swarm swarm, CancellationToken cancellation)
    {
        var client = _publisher = new TestClient(swarm.Loop);
        var answer = await PostAsync("whip", LoadSdp.Offer(client, isPublisher: true), cancellation);
        await swarm.Loop.InvokeAsync(() => LoadSdp.Connect(client, answer));
        while (!await swarm.Loop.InvokeAsync(() => client.IsConnected)) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        return await swarm.Loop.InvokeAsync(() => new Camera(swarm.Loop, packet => client.SendRtp(packet)));
    }

    public TestClient NewViewer(MediaLoop loop) => new(loop);

    public async Task ViewAsync(Swarm swarm, TestClient client, CancellationToken cancellation)
    {
        var answer = await PostAsync("whep", LoadSdp.Offer(client, isPublisher: false), cancellation);
        await swarm.Loop.InvokeAsync(() => LoadSdp.Connect(client, answer));
    }

    public ValueTask DisposeAsync()
    {
        _publisher?.Dispose();
        _http.Dispose();
        Server.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string> PostAsync(string protocol, string offer, CancellationToken cancellation)
    {
        using var content = new StringContent(offer, Encoding.UTF8, new MediaTypeHeaderValue("application/sdp"));
        using var response = await _http.PostAsync(new Uri(_url, $"{protocol}/bench"), content, cancellation);
        var body = await response.Content.ReadAsStringAsync(cancellation);
        return response.IsSuccessStatusCode ? body : throw new InvalidOperationException($"{protocol}: {(int)response.StatusCode} {body}");
    }
}
