using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Marquee.Domain.Streams;
using Marquee.StreamRelay.Dtls;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Signalling;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.StreamRelay.Tests.Signalling;

/// <summary>A client that offers over HTTP and connects as the answer says: a publisher with WHIP, a viewer with WHEP.</summary>
internal sealed class WebRtcCaller(RelayRig rig)
{
    private ushort _sequence;

    public TestClient Client { get; } = new(rig.ClientLoop);

    /// <summary>Where the session is; null before it was opened.</summary>
    public string? Location { get; private set; }

    public string? ETag { get; private set; }

    /// <summary>Payloads of the video packets that came.</summary>
    public ConcurrentQueue<byte[]> Pictures { get; } = new();

    public string Offer(string direction, string video = "H264/90000")
    {
        var head = string.Join("\r\n",
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1",
            $"a=ice-ufrag:{Client.Ufrag}", $"a=ice-pwd:{Client.Password}", $"a=fingerprint:sha-256 {Client.Identity.Fingerprint}", "a=setup:actpass");
        var audio = string.Join("\r\n",
            "m=audio 9 UDP/TLS/RTP/SAVPF 111", "c=IN IP4 0.0.0.0", "a=mid:0", $"a={direction}", "a=rtcp-mux", "a=rtpmap:111 opus/48000/2");
        var picture = string.Join("\r\n",
            "m=video 9 UDP/TLS/RTP/SAVPF 96", "c=IN IP4 0.0.0.0", "a=mid:1", $"a={direction}", "a=rtcp-mux", $"a=rtpmap:96 {video}",
            video.StartsWith("H264", StringComparison.Ordinal) ? "a=fmtp:96 packetization-mode=1;profile-level-id=42e01f" : "a=rtcp-fb:96 ccm fir",
            "a=rtcp-fb:96 nack pli");
        return string.Join("\r\n", head, audio, picture, "");
    }

    public Task<HttpResponseMessage> PublishAsync(string token, string streamId = RelayRig.EventId, string video = "H264/90000") =>
        OpenAsync($"whip/{streamId}", token, Offer("sendonly", video));

    public Task<HttpResponseMessage> ViewAsync(string token, string streamId = RelayRig.EventId, string video = "H264/90000") =>
        OpenAsync($"whep/{streamId}", token, Offer("recvonly", video));

    /// <summary>Publishes and is connected.</summary>
    public async Task<WebRtcCaller> OnAirAsync(string token, string streamId = RelayRig.EventId)
    {
        await ConnectAsync(await PublishAsync(token, streamId));
        return this;
    }

    /// <summary>Watches and is connected.</summary>
    public async Task<WebRtcCaller> WatchingAsync(string token, string streamId = RelayRig.EventId)
    {
        await ConnectAsync(await ViewAsync(token, streamId));
        return this;
    }

    public async Task ConnectAsync(HttpResponseMessage created)
    {
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var answer = SessionDescription.Parse(await created.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var section = answer.Media[0];
        var candidate = section.All("candidate").Select(c => c.Split(' ')).First(c => c[2] == "udp");
        var remote = new IPEndPoint(IPAddress.Parse(candidate[4]), int.Parse(candidate[5], CultureInfo.InvariantCulture));
        var fingerprint = DtlsFingerprint.Parse(answer.Find(section, "fingerprint")!.Split(' ')[1]);
        Client.Rtp = (_, bytes, _) =>
        {
            if (RtpPacket.TryParse(bytes, out var packet) && packet.PayloadType == 96) Pictures.Enqueue(packet.Payload.ToArray());
        };
        await rig.ClientLoop.InvokeAsync(() => Client.ConnectUdp(
            remote, answer.Find(section, "ice-ufrag")!, answer.Find(section, "ice-pwd")!, fingerprint,
            answer.Find(section, "setup") == "passive" ? DtlsRole.Client : DtlsRole.Server));
        await RelayRig.UntilAsync(() => Client.IsConnected);
        var (kind, id) = (Location!.Split('/')[1], Location.Split('/')[^1]);
        var scope = kind == "whip" ? StreamScope.Publish : StreamScope.View;
        await rig.UntilOnLoopAsync(() =>
            rig.Service<SessionDesk>().Sessions.Find(id, Location.Split('/')[2], scope)?.Peer.IsConnected == true);
    }

    /// <summary>Sends an H.264 picture of one packet: a key frame (IDR), or one that needs the picture before.</summary>
    public Task SendAsync(byte mark, bool key = true)
    {
        var (high, low) = ((byte)(++_sequence >> 8), (byte)_sequence);
        byte[] packet = [0x80, 96 | 0x80, high, low, 0, 0, high, low, 0, 0, 0, 1, (byte)(key ? 0x65 : 0x61), 0x88, mark];
        return rig.ClientLoop.InvokeAsync(() => Client.SendRtp(packet));
    }

    /// <summary>Sends key frames until one of them is seen by the viewer.</summary>
    public async Task UntilSeenAsync(WebRtcCaller viewer, byte mark)
    {
        await RelayRig.UntilAsync(() =>
        {
            if (viewer.Pictures.Any(picture => picture[^1] == mark)) return true;
            _ = SendAsync(mark);
            return false;
        });
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, string token, string offer)
    {
        var answer = await rig.SendAsync(HttpMethod.Post, path, token, offer);
        (Location, ETag) = (answer.Headers.Location?.OriginalString, answer.Headers.ETag?.Tag);
        return answer;
    }
}
