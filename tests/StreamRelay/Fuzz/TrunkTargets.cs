using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Trunk.Routing;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Tests.Fuzz;

/// <summary>What comes over the trunk: from anybody before it is opened, from the other PoP behind the seal.</summary>
internal static class TrunkTargets
{
    private static readonly TrunkKey Key = new(1, new byte[TrunkKey.SecretBytes]);

    public static FuzzTarget Frames() => new("trunk", Corpus(), static input =>
    {
        var steps = 0;
        if (SealedHeader.TryParse(input, out _)) steps++;
        if (HelloFrame.TryParse(input, out var hello))
        {
            steps++;
            _ = hello.From.Length + hello.To.Length + hello.Nonce.Length + hello.Echo.Length + (long)hello.Instance + hello.KeyId;
            if (hello.IsAuthentic(Key)) steps++;
        }
        if (MediaFrame.TryParse(input, out var media)) steps += 1 + (int)((media.Sequence ^ media.AgeUs ^ media.SentUs ^ media.Alias) & 1);
        if (ReportFrame.TryParse(input, out var report))
        {
            _ = report.SentUs + report.EchoUs + report.EchoReceivedUs + report.NewestSequence + report.ControlAwaited;
            for (var i = 0; i < report.LinkCount; i++, steps++)
                if (report[i].Link >= TrunkWire.MaxLinks) throw new InvalidOperationException("a link that cannot be");
        }
        if (NackFrame.TryParse(input, out var nack))
            for (var i = 0; i < nack.Count; i++) steps += 1 + (int)(nack[i].Mask & 1);
        if (ControlSegment.TryParse(input, out var control))
            steps += 1 + (control.Body.IsEmpty ? 0 : control.Body[^1] & 1);
        return steps;
    });

    public static FuzzTarget Control() => new(
        "trunk-control",
        [
            new Announce(
                "show", 1, ["berlin", "lisbon"], AnnouncedTrack.Of(Track(CodecFormat.H264)), AnnouncedTrack.Of(Track(CodecFormat.Opus))).ToBytes(),
            new Withdraw("show").ToBytes(),
            new Subscribe("show").ToBytes(),
            new WantKeyFrame("show.stage").ToBytes(),
            new TrackMoment("show", 1, true, 90_000, 1_000_000, 50).ToBytes(),
            "{}"u8.ToArray(),
        ],
        static input => ControlMessage.Read(input) switch
        {
            null => 0,
            Announce announce => announce.Plan() is null ? 1 : announce.Origin.Length,
            _ => 1,
        });

    private static TrackPlan Track(CodecFormat format) => new() { Mid = "0", Format = format, PayloadType = 96 };

    private static List<byte[]> Corpus()
    {
        var buffer = new byte[TrunkWire.MaxPlaintextBytes];
        var nonce = new byte[HelloFrame.NonceBytes];
        var corpus = new List<byte[]>
        {
            buffer[..HelloFrame.Write(buffer, 1, Key, 77, nonce, nonce, true, "berlin", "lisbon")],
            buffer[..ReportFrame.Write(buffer, new ReportFacts(1, 2, 3, 4, 5, 6, true), [new LinkHeard(0, 9, 8, 7), new LinkHeard(1, 9, 8, 7)])],
            buffer[..NackFrame.Write(buffer, [5, 6, 9, 60, 400])],
        };
        new SealedHeader(1, 2, 3).Write(buffer);
        corpus.Add(buffer[..200]);
        MediaFrame.Write(buffer, MediaFlags.Video | MediaFlags.Protected, 1, 2, 3, 4);
        corpus.Add(buffer[..200]);
        ControlSegment.WriteHeader(buffer, 1, isLast: true);
        corpus.Add(buffer[..100]);
        return corpus;
    }
}
