using Marquee.StreamRelay;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Sdp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Marquee.Benchmarks.Relay;

/// <summary>The relay's media path with the least of signalling, as the benchmark's child process.</summary>
internal static class RelayHostProcess
{
    public const string Command = "relay-host";
    public const string Ready = "relay at ";

    public static async Task RunAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateBuilder(["--urls=http://127.0.0.1:0", "--Media:Port=0", "--Media:TcpPort=off", "--Media:MaxPeers=10000"]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<RelayMedia>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RelayMedia>());
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.MapPost("/whip/{id}", (string id, HttpRequest request, RelayMedia media) => AnswerAsync(request, media, offer =>
        {
            var negotiation = OfferAnswer.AnswerPublisher(offer);
            return (negotiation, new PublisherPeer(media.Streams.Publish(id, negotiation.Plan!, new PublishOptions()).Publisher!));
        }));
        app.MapPost("/whep/{id}", (string id, HttpRequest request, RelayMedia media) => AnswerAsync(request, media, offer =>
        {
            var negotiation = OfferAnswer.AnswerViewer(offer, media.Streams.Find(id)!.Format!, RelayMedia.NextSsrc);
            return (negotiation, new ViewerPeer(media.Streams.View(id, negotiation.Plan!).Viewer!));
        }));
        await app.StartAsync(cancellation);
        await Console.Out.WriteLineAsync(Ready + app.Urls.Single());
        await app.WaitForShutdownAsync(cancellation);
    }

    private static async Task<IResult> AnswerAsync(
        HttpRequest request, RelayMedia media, Func<SessionDescription, (Negotiation Negotiation, IPeerMedia Media)> join)
    {
        using var reader = new StreamReader(request.Body);
        var offer = SessionDescription.Parse(await reader.ReadToEndAsync());
        var answer = await media.Loop.InvokeAsync(() =>
        {
            var (negotiation, peerMedia) = join(offer);
            var remote = negotiation.Plan!.Remote!;
            var peer = media.Hub.Create(
                new PeerOptions
                {
                    Id = RelayMedia.NextSsrc().ToString("x", System.Globalization.CultureInfo.InvariantCulture),
                    RemoteUfrag = remote.IceUfrag,
                    RemotePassword = remote.IcePassword,
                    RemoteFingerprint = DtlsFingerprint.Parse(remote.FingerprintSha256),
                    Role = DtlsRole.Server,
                },
                peerMedia);
            return negotiation.Answer(new LocalTransport(
                peer.LocalUfrag, peer.LocalPassword, media.Hub.Fingerprint.ToString(), [.. media.Hub.HostCandidates.Select(c => c.ToString())], 1, "relay"));
        });
        return Results.Text(answer.ToString(), "application/sdp", statusCode: StatusCodes.Status201Created);
    }
}
