using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Trunk.Delivery;
using Marquee.StreamRelay.Trunk.Links;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk;

/// <summary>
/// The trunk to one other PoP: session, links, delivery. Time comes in by <see cref="Tick"/> every 5 ms and <see cref="AfterBatch"/>.
/// On the media loop only.
/// </summary>
internal sealed class Neighbour : IDisposable
{
    public const long ReportUs = 15_000;
    public const long IdleReportUs = 500_000;

    /// <summary>Silent for so long on all links, the other PoP is taken to be gone.</summary>
    public const long GoneUs = 3_000_000;

    /// <summary>After so long, a session makes room for one with fresh keys.</summary>
    public const long MaxSessionUs = 3_600_000_000;

    private const long HelloUs = 250_000;
    private const long ConfirmUs = 50_000;
    private const long RekeyUs = 1_000_000;
    private const long PreviousSessionUs = 5_000_000;
    private const long MediaRunsUs = 1_000_000;
    private const long SettlingUs = 300_000;
    private const long IdleSilenceUs = 1_700_000;
    private const int MaxNacks = 512;

    private readonly string _ourPop;
    private readonly INeighbourOwner _owner;
    private readonly MediaClock _clock;
    private readonly Action<Span<byte>> _random;
    private readonly long[] _nacks = new long[MaxNacks];
    private readonly MediaRepeats _repeats;
    private readonly ControlSender _controlOut = new();
    private readonly ControlReceiver _controlIn = new();
    private readonly Action<byte[]> _sendControl;
    private readonly ForgeryBudget _forgeries = new(1_000_000);
    private readonly ForgeryBudget _hellos = new(1_000_000);
    private readonly long _budgetUs;
    private Handshake _handshake;
    private long _helloDueUs;
    private long _heardUs;
    private long _mediaSentUs;
    private long _activeSinceUs;
    private bool _theirMedia;
    private bool _isUp;
    private bool _hasOverflown;
    private long _nowUs;

    /// <param name="open">Opens a link's port, or whatever stands for it.</param>
    public Neighbour(
        string ourPop, NeighbourSettings settings, Func<LinkSettings, IDatagramHandler, IDatagramSender> open, INeighbourOwner owner, MediaClock clock,
        Action<Span<byte>> random)
    {
        (_ourPop, Settings, _owner, _clock, _random) = (ourPop, settings, owner, clock, random);
        _budgetUs = (long)settings.LatencyBudget.TotalMicroseconds;
        _handshake = new Handshake(ourPop, settings.PopId, settings.Keys, random);
        Links = [.. settings.Links.Select((link, index) => new TrunkLink(link, open(link, new Inlet(this, index))))];
        Choice = new LinkChoice(Links);
        Received = new ReceivedMedia(Links, _budgetUs);
        _repeats = new MediaRepeats(Links, Choice, _budgetUs, Counters, SendOn);
        _sendControl = bytes => SendOn(Choice.All(_nowUs), bytes, _nowUs);
    }

    public NeighbourSettings Settings { get; private set; }
    public string PopId => Settings.PopId;
    public TrunkLink[] Links { get; }
    public LinkChoice Choice { get; }
    public RemoteClock Clock { get; } = new();
    public ReceivedMedia Received { get; }
    public NeighbourCounters Counters { get; } = new();

    /// <summary>There is a session, and the other side has been heard under it.</summary>
    public bool IsUp => _isUp;

    /// <summary>The id of the key that the session was made with; 0 without one.</summary>
    public uint KeyId => _handshake.Current?.Key.Id ?? 0;

    /// <summary>Takes other keys over, while all goes on.</summary>
    public void Use(IReadOnlyList<TrunkKey> keys)
    {
        Settings = Settings with { Keys = keys };
        _handshake.Use(keys);
        _helloDueUs = 0;
        if (_handshake.Current is null && _isUp) Forget();
    }

    /// <summary>Sends an RTP packet of a stream.</summary>
    public void SendMedia(TrunkMode mode, MediaFlags flags, ushort alias, ReadOnlySpan<byte> rtp, long ingestUs, long nowUs)
    {
        if (!_isUp) return;
        if (rtp.Length > TrunkWire.MaxRtpBytes)
        {
            Counters.TooLong++;
            return;
        }
        var isProtected = (flags & MediaFlags.Protected) != 0;
        var links = Choice.For(mode, isProtected, nowUs);
        _mediaSentUs = nowUs;
        Counters.MediaSent++;
        SendOn(links, _repeats.Sent.Add(flags, alias, rtp, ingestUs, links, isProtected || mode == TrunkMode.Duplicate, nowUs), nowUs);
    }

    /// <summary>Sends a message, reliably and in order. It leaves at once.</summary>
    public void SendControl(ReadOnlySpan<byte> message, long nowUs)
    {
        if (!_isUp) return;
        if (!_controlOut.TryAdd(message))
        {
            // It acknowledges nothing: the next tick starts from scratch.
            Counters.ControlOverflows++;
            _hasOverflown = true;
            return;
        }
        _nowUs = nowUs;
        _controlOut.Send(_sendControl, LeastRoundTripUs(), nowUs);
    }

    public void Tick(long now)
    {
        var nowUs = _nowUs = _clock.ToMicroseconds(now);
        Greet(nowUs);
        if (_handshake.Sealing is null) return;
        if (_hasOverflown || (_isUp && nowUs - _heardUs > GoneUs))
        {
            Forget();
            return;
        }
        WatchLinks(nowUs);
        _repeats.EchoOnLoneLink(nowUs);
        Report(nowUs);
        AskForMissing(nowUs);
        if (!_controlOut.IsEmpty) _controlOut.Send(_sendControl, LeastRoundTripUs(), nowUs);
    }

    /// <summary>What came in may have shown what is missing.</summary>
    public void AfterBatch(long now)
    {
        if (Received.Missing.Count > 0 && _handshake.Sealing is not null) AskForMissing(_clock.ToMicroseconds(now));
    }

    public void Dispose() => _handshake.Dispose();

    private void OnDatagram(int index, Span<byte> datagram, in PeerAddress from, long now)
    {
        var nowUs = _nowUs = _clock.ToMicroseconds(now);
        if (SealedHeader.TryParse(datagram, out var header)) OnSealed(Links[index], header, datagram, from, now, nowUs);
        else if (HelloFrame.TryParse(datagram, out var hello) && hello.Link == Links[index].Id) OnHello(Links[index], hello, from, nowUs);
        else Counters.Bogus++;
    }

    private void OnHello(TrunkLink link, in HelloFrame hello, in PeerAddress from, long nowUs)
    {
        if (!_hellos.Allows(nowUs))
        {
            Counters.Bogus++;
            return;
        }
        _hellos.Spend(nowUs);
        switch (_handshake.Take(hello, nowUs))
        {
            case HelloOutcome.Answer:
                Reply(link, from, _handshake.WriteAnswer(link.Sender.Rent(), link.Id, hello));
                break;
            case HelloOutcome.Confirm:
                Reply(link, from, _handshake.WriteConfirmation(link.Sender.Rent(), link.Id));
                break;
            case HelloOutcome.Established:
                OnSession(link, from, nowUs);
                break;
            case HelloOutcome.EstablishedAnew:
                if (_isUp) LoseMemory();
                foreach (var each in Links) each.Reset();
                Clock.Reset();
                OnSession(link, from, nowUs);
                _isUp = true;
                _owner.OnUp(this);
                break;
        }
    }

    private void OnSession(TrunkLink link, in PeerAddress from, long nowUs)
    {
        link.Remote = from;
        (_heardUs, _helloDueUs) = (nowUs, nowUs + ConfirmUs);
        foreach (var each in Links)
        {
            each.OnSession();
            each.ReportDueUs = nowUs;
        }
        Confirm();
    }

    private void OnSealed(TrunkLink link, in SealedHeader header, Span<byte> datagram, in PeerAddress from, long now, long nowUs)
    {
        var session = header.Link == link.Id ? _handshake.Find(header.Session) : null;
        if (session is null || !session.MayOpen(header) || !_forgeries.Allows(nowUs))
        {
            Counters.Bogus++;
            return;
        }
        if (!session.TryOpen(datagram, header, out var plaintext))
        {
            Counters.Bogus++;
            _forgeries.Spend(nowUs);
            return;
        }
        _heardUs = nowUs;
        if (!ReferenceEquals(session, _handshake.Current)) link.OnOldSession(nowUs);
        else if (link.OnDatagram((long)header.Counter, datagram.Length, nowUs)) link.Remote = from;
        OnPlaintext(link, plaintext, now, nowUs);
    }

    private void OnPlaintext(TrunkLink link, Span<byte> plaintext, long now, long nowUs)
    {
        if (MediaFrame.TryParse(plaintext, out var media)) OnMedia(link, media, plaintext, now, nowUs);
        else if (ReportFrame.TryParse(plaintext, out var report)) OnReport(link, report, nowUs);
        else if (NackFrame.TryParse(plaintext, out var nack)) _repeats.OnNack(nack, nowUs);
        else if (ControlSegment.TryParse(plaintext, out var control)) OnControl(control, now, nowUs);
        else Counters.Bogus++;
    }

    private void OnMedia(TrunkLink link, in MediaFrame media, Span<byte> plaintext, long now, long nowUs)
    {
        var sentUs = SentUs(link, media.SentUs, nowUs);
        if (!Received.Take(link, media, sentUs, nowUs)) return;
        _owner.OnMedia(this, media.Alias, plaintext[MediaFrame.HeaderLength..], new MediaArrival(media.IsVideo, sentUs - media.AgeUs, sentUs, now));
    }

    private void OnReport(TrunkLink link, in ReportFrame report, long nowUs)
    {
        link.OnReport(report.SentUs, nowUs);
        if (report.EchoUs != 0)
        {
            var roundTrip = Clock.Add(report.EchoUs, report.EchoReceivedUs, report.SentUs, nowUs);
            if (roundTrip >= 0) link.RoundTrips.Add(roundTrip, nowUs);
        }
        for (var i = 0; i < report.LinkCount; i++)
        {
            var heard = report[i];
            foreach (var each in Links)
            {
                if (each.Id == heard.Link) each.OnHeardThere(heard, _handshake.Current!.Sent(heard.Link), report.SentUs, nowUs);
            }
        }
        _theirMedia = report.HasMedia;
        _controlOut.OnAwaited(report.ControlAwaited);
        if (report.NewestSequence != 0) Received.OnNewest(report.NewestSequence, SentUs(link, report.NewestSentUs, nowUs), nowUs);
    }

    private void OnControl(in ControlSegment control, long now, long nowUs)
    {
        _controlIn.Take(control, message => _owner.OnControl(this, message, now)); // seldom: it may allocate
        foreach (var link in Links) link.ReportDueUs = nowUs; // the acknowledgement
    }

    private void WatchLinks(long nowUs)
    {
        var isActive = _theirMedia || nowUs - _mediaSentUs < MediaRunsUs;
        if (isActive && _activeSinceUs == 0)
        {
            _activeSinceUs = nowUs;
            foreach (var link in Links) link.ReportDueUs = nowUs;
        }
        else if (!isActive)
        {
            _activeSinceUs = 0;
        }
        var bearableUs = isActive && nowUs - _activeSinceUs > SettlingUs ? LinkHealth.SilenceUs : IdleSilenceUs;
        for (var i = 0; i < Links.Length; i++)
        {
            var link = Links[i];
            link.Slots.Tick(nowUs);
            if (link.HeardUs == 0) continue;
            var silenceUs = Math.Max(nowUs - link.HeardUs, nowUs - link.HeardThereUs);
            if (link.Health.Update(silenceUs, bearableUs, nowUs)) _repeats.OnLinkLost(i, nowUs);
        }
        Choice.Update(nowUs);
    }

    private void Report(long nowUs)
    {
        Span<LinkHeard> heard = stackalloc LinkHeard[TrunkWire.MaxLinks];
        Span<byte> frame = stackalloc byte[ReportFrame.MaxLength];
        var period = _activeSinceUs != 0 ? ReportUs : IdleReportUs;
        for (var i = 0; i < Links.Length; i++)
        {
            var link = Links[i];
            if (nowUs < link.ReportDueUs || link.Remote is null) continue;
            link.ReportDueUs = nowUs + period;
            for (var n = 0; n < Links.Length; n++) heard[n] = Links[n].Heard(nowUs);
            var facts = new ReportFacts(nowUs, link.EchoUs, link.EchoReceivedUs, (uint)_repeats.Sent.Newest, (uint)_repeats.Sent.NewestUs, (ushort)_controlIn.Awaited,
                nowUs - _mediaSentUs < MediaRunsUs);
            SendOn(1u << i, frame[..ReportFrame.Write(frame, facts, heard[..Links.Length])], nowUs);
        }
    }

    private void AskForMissing(long nowUs)
    {
        var count = Received.Missing.Collect(_nacks, LeastRoundTripUs(), _budgetUs, nowUs);
        if (count == 0) return;
        Span<byte> frame = stackalloc byte[NackFrame.MaxLength];
        Counters.Nacks += count;
        SendOn(Choice.All(nowUs), frame[..NackFrame.Write(frame, _nacks.AsSpan(0, count))], nowUs);
    }

    private void Greet(long nowUs)
    {
        var current = _handshake.Current;
        if (_handshake.Previous is not null && current!.IsConfirmed && nowUs - current.StartedUs > PreviousSessionUs) _handshake.DropPrevious();
        if (nowUs < _helloDueUs) return;
        if (current is { IsConfirmed: false })
        {
            _helloDueUs = nowUs + ConfirmUs;
            Confirm();
            return;
        }
        var isSilent = current is not null && nowUs - _heardUs > 2 * IdleReportUs;
        var isOld = current is not null && (_handshake.IsKeyOutdated || nowUs - current.StartedUs > MaxSessionUs);
        if (current is not null && !isSilent && !isOld) return;
        _helloDueUs = nowUs + (isOld ? RekeyUs : HelloUs);
        foreach (var link in Links)
        {
            if (link.Remote is { } remote) Reply(link, remote, _handshake.WriteBeginning(link.Sender.Rent(), link.Id));
        }
    }

    private void Confirm()
    {
        foreach (var link in Links)
        {
            if (link.Remote is { } remote) Reply(link, remote, _handshake.WriteConfirmation(link.Sender.Rent(), link.Id));
        }
    }

    private static void Reply(TrunkLink link, in PeerAddress to, int length) => link.Sender.Send(length, to);

    private void SendOn(uint links, ReadOnlySpan<byte> plaintext, long nowUs)
    {
        if (_handshake.Sealing is not { } session) return;
        for (; links != 0; links &= links - 1)
        {
            var link = Links[System.Numerics.BitOperations.TrailingZeroCount(links)];
            if (link.Remote is not { } remote) continue;
            var datagram = link.Sender.Rent();
            plaintext.CopyTo(datagram[SealedHeader.Length..]);
            var length = session.Seal(link.Id, datagram, plaintext.Length);
            link.Sender.Send(length, remote);
            link.OnSent(length, nowUs);
        }
    }

    /// <summary>A new life: what the other side knew of us, and we of it, is gone.</summary>
    private void Forget()
    {
        LoseMemory();
        _isUp = false;
        _handshake.Dispose();
        _handshake = new Handshake(_ourPop, PopId, Settings.Keys, _random);
        foreach (var link in Links) link.Reset();
        Clock.Reset();
        _helloDueUs = 0;
    }

    private void LoseMemory()
    {
        Counters.Losses++;
        _repeats.Reset();
        Received.Reset();
        _controlOut.Reset();
        _controlIn.Reset();
        (_mediaSentUs, _activeSinceUs, _theirMedia, _hasOverflown) = (0, 0, false, false);
        _owner.OnDown(this);
    }

    /// <summary>A moment of theirs in our clock. Before the first exchange of clocks, as if it had taken no time.</summary>
    private long SentUs(TrunkLink link, uint theirUs, long nowUs) => Clock.IsSet ? Clock.ToOurs(theirUs, nowUs) : nowUs - link.OneWayUs;

    private long LeastRoundTripUs()
    {
        var least = long.MaxValue;
        foreach (var link in Links)
        {
            if (link.IsHeard && link.RoundTrips.IsSet) least = Math.Min(least, link.RoundTrips.MeanUs);
        }
        return least == long.MaxValue ? 0 : least;
    }

    private sealed class Inlet(Neighbour neighbour, int index) : IDatagramHandler
    {
        public void OnDatagram(IDatagramSender via, Span<byte> datagram, in PeerAddress from, long now) =>
            neighbour.OnDatagram(index, datagram, from, now);
    }
}
