using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Net;
using Marquee.StreamRelay.Trunk.Wire;

namespace Marquee.StreamRelay.Trunk.Links;

/// <summary>One way between two PoPs: where it goes, and what is known of it in both directions. On the media loop only.</summary>
internal sealed class TrunkLink
{
    private const long LossWindowUs = 500_000;
    private const int LeastForLoss = 20;

    private long _lastReportUs;
    private uint _theirHighest;
    private uint _theirReceived;
    private bool _hasBaseline;
    private long _lossWindowEndsUs;
    private long _windowExpected;
    private long _windowLost;

    public TrunkLink(LinkSettings settings, IDatagramSender sender)
    {
        (Settings, Sender) = (settings, sender);
        Remote = settings.Remote is { } remote ? PeerAddress.From(remote) : null;
    }

    public LinkSettings Settings { get; }
    public byte Id => Settings.Id;
    public IDatagramSender Sender { get; }

    /// <summary>Where it goes: as configured, then wherever the last authentic datagram came from.</summary>
    public PeerAddress? Remote { get; set; }

    public LinkHealth Health { get; } = new();
    public RoundTrips RoundTrips { get; } = new();

    /// <summary>From their sending to our receiving, in our clock as far as it is aligned: media that came first time.</summary>
    public DelayMeter Transit { get; } = new();

    public SlotPhase Slots { get; } = new();

    // What we hear.
    public long HeardUs { get; private set; }
    public uint Received { get; private set; }
    public long HighestCounter { get; private set; } = -1;
    public long MediaHeardUs { get; set; }
    public RateMeter ReceivedRate { get; } = new();
    public long Datagrams { get; private set; }

    // What they say that they hear.
    public long HeardThereUs { get; private set; }
    public double LossThere { get; private set; }
    public long LostThere { get; private set; }

    // For the next report.
    public long EchoUs { get; private set; }
    public long EchoReceivedUs { get; private set; }
    public long ReportDueUs { get; set; }

    public RateMeter SentRate { get; } = new();
    public long Sent { get; set; }

    /// <summary>Half of the round trip: as good a guess of one way as there is before clocks are aligned.</summary>
    public long OneWayUs => RoundTrips.IsSet ? RoundTrips.MeanUs / 2 : 0;

    /// <summary>Good for a stream on its own.</summary>
    public bool IsUp => Remote is not null && Health.State == LinkState.Up;

    /// <summary>Good as a second way.</summary>
    public bool IsHeard => Remote is not null && Health.State is LinkState.Up or LinkState.Probation;

    /// <summary>An authentic datagram came.</summary>
    /// <returns>Whether it is the newest of its link.</returns>
    public bool OnDatagram(long counter, int bytes, long nowUs)
    {
        HeardUs = nowUs;
        Received++;
        Datagrams++;
        ReceivedRate.Add(bytes, nowUs);
        if (counter <= HighestCounter) return false;
        HighestCounter = counter;
        return true;
    }

    /// <summary>A datagram of the session before came: a sign of life, and not counted.</summary>
    public void OnOldSession(long nowUs) => HeardUs = nowUs;

    public void OnReport(long sentUs, long nowUs)
    {
        // Reports overtake one another like all datagrams.
        if (sentUs > EchoUs) (EchoUs, EchoReceivedUs) = (sentUs, nowUs);
    }

    /// <summary>What the other side has heard of us on this link.</summary>
    /// <param name="sent">How many datagrams we have sealed for the link in this session.</param>
    /// <param name="reportUs">When that was, in their clock: older news is no news.</param>
    public void OnHeardThere(in LinkHeard heard, ulong sent, long reportUs, long nowUs)
    {
        if (reportUs <= _lastReportUs) return;
        _lastReportUs = reportUs;
        HeardThereUs = heard.SilentMs == ushort.MaxValue ? 0 : nowUs - (heard.SilentMs * 1000L);
        if (heard.Highest >= sent) return; // of another session
        var (expected, received) = ((int)(heard.Highest - _theirHighest), (int)(heard.Received - _theirReceived));
        (_theirHighest, _theirReceived) = (heard.Highest, heard.Received);
        if (!_hasBaseline || expected < 0 || received < 0)
        {
            _hasBaseline = true;
            return;
        }
        _windowExpected += expected;
        _windowLost += expected - received;
        if (expected > received) Slots.OnLoss(expected - received, nowUs - RoundTrips.MeanUs);
        if (nowUs < _lossWindowEndsUs || _windowExpected < LeastForLoss) return;
        _lossWindowEndsUs = nowUs + LossWindowUs;
        LostThere += Math.Max(0, _windowLost);
        LossThere += (Math.Clamp((double)_windowLost / _windowExpected, 0, 1) - LossThere) / 4;
        (_windowExpected, _windowLost) = (0, 0);
    }

    public void OnSent(int bytes, long nowUs)
    {
        Sent++;
        SentRate.Add(bytes, nowUs);
    }

    /// <summary>A new session counts from 0 again.</summary>
    public void OnSession()
    {
        (Received, HighestCounter, _hasBaseline) = (0, -1, false);
        (_theirHighest, _theirReceived) = (0, 0);
    }

    /// <summary>The other side is a new one.</summary>
    public void Reset()
    {
        OnSession();
        Health.Reset();
        Transit.Reset();
        (HeardUs, HeardThereUs, MediaHeardUs, EchoUs, EchoReceivedUs, _lastReportUs) = (0, 0, 0, 0, 0, 0);
    }

    public LinkHeard Heard(long nowUs) => new(
        Id, (uint)HighestCounter, Received, HeardUs == 0 ? ushort.MaxValue : (ushort)Math.Clamp((nowUs - HeardUs) / 1000, 0, ushort.MaxValue));
}
