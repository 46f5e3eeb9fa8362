using System.Globalization;
using Marquee.EdgeSync.Storage;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Forwarding;
using Marquee.StreamRelay.Metadata;
using Marquee.StreamRelay.Peers;
using Marquee.StreamRelay.Rtp;
using Marquee.StreamRelay.Sdp;
using Marquee.StreamRelay.Streams;
using Marquee.StreamRelay.Tests.Forwarding;
using Marquee.StreamRelay.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.StreamRelay.Tests.Metadata;

/// <summary>Metadata to viewers, over SCTP, DTLS and UDP on the loopback.</summary>
public sealed class MetadataChannelsTests : IAsyncDisposable
{
    private const string Stream = MetadataBench.EventId;

    private readonly PeerBench _bench = new();
    private readonly TempFolder _folder = new();
    private readonly EdgeStore _store;
    private readonly StreamHub _hub;
    private readonly StreamMetadata _metadata;
    private readonly MetadataChannels _channels;
    private uint _ssrc = 9000;

    public MetadataChannelsTests()
    {
        var time = _bench.Loop.Clock.Provider;
        _store = EdgeStore.Open(_folder.File("relay.db"), RelaySchema.Steps);
        _hub = new StreamHub(time, new StreamLimits(), () => _ssrc++);
        _hub.AttachTo(_bench.Loop);
        _metadata = new StreamMetadata(_bench.Loop, _hub.Clock, _store, time, NullLogger<StreamMetadata>.Instance);
        _channels = new MetadataChannels(_bench.Loop, _hub.Clock, _metadata);
        Done(_store.WriteAsync(tx => tx.Execute(
            "INSERT INTO streams VALUES($event, 1, 'Watch night', 'Live', $at, $at)",
            ("$event", Stream),
            ("$at", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)))));
    }

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void A_viewer_learns_the_state_and_then_each_item_in_order()
    {
        Add("t", new TitleCue("Watch night"));
        Add("n", new NoteCue("Doors are open"));
        var viewer = Watch();
        _bench.Until(() => viewer.Messages.Count > 0);
        Assert.Equal(_metadata.Last(Stream), viewer.Snapshot.GetProperty("state").GetProperty("sequence").GetInt64());
        Assert.Equal("Watch night", viewer.Snapshot.GetProperty("state").GetProperty("title").GetProperty("cue").GetProperty("title").GetString());
        for (var i = 0; i < 50; i++) Add($"c{i}", new ChapterCue($"Chapter {i}"));
        _bench.Until(() => viewer.Messages.Count > 50);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"c{i}"), viewer.Items);
        Assert.Equal(1, viewer.Messages.Count(m => m.GetProperty("type").GetString() == "snapshot"));
    }

    [Fact]
    public void The_relay_opens_the_channel_when_the_viewer_does_not()
    {
        var viewer = Watch(opens: null);
        _bench.Until(() => viewer.Channels.Count > 0 && viewer.Messages.Count > 0);
        Assert.Equal([MetadataViewer.Label], viewer.Channels);
        Add("t", new TitleCue("Watch night"));
        _bench.Until(() => viewer.Items.Any());
        Assert.Single(viewer.Session.Channels);
    }

    [Fact]
    public void A_channel_of_another_name_gets_nothing()
    {
        var viewer = Watch(opens: "chat");
        _bench.Until(() => viewer.Channels.Count > 0 && viewer.Messages.Count > 0); // ours, for want of a better
        Add("t", new TitleCue("Watch night"));
        _bench.Until(() => viewer.Items.Any());
        Assert.Equal(2, viewer.Session.Channels.Count);
        Assert.Single(viewer.Items);
    }

    [Fact]
    public void A_viewer_who_does_not_read_costs_a_bounded_queue_and_nobody_else_an_item()
    {
        var (slow, brisk) = (Watch(), Watch());
        _bench.Until(() => slow.Messages.Count > 0 && brisk.Messages.Count > 0);
        slow.IsDeaf = true;
        var text = new string('x', NoteCue.MaxCharacters);
        for (var i = 0; i < MetadataTimeline.MaxItems + 200; i++) Add($"n{i}", new NoteCue(text));
        Add("t", new TitleCue("Encore"));
        _bench.Until(() => brisk.Items.Count() == MetadataTimeline.MaxItems + 201);
        Assert.All(_channels.Viewers, v => Assert.InRange(v.BufferedBytes, 0, MetadataFeed.MaxOnTheWay + MetadataItem.MaxBytes + 128));
        slow.IsDeaf = false;
        _bench.Until(() => slow.Messages[^1].GetProperty("type").GetString() == "item" ? slow.Items.Last() == "t" : Title(slow) == "Encore");
        var numbers = slow.Items.Where(i => i![0] == 'n').Select(i => int.Parse(i![1..], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(numbers.Distinct().Order(), numbers);
        Assert.True(numbers.Count < MetadataTimeline.MaxItems + 200); // a snapshot stood for the others
        Assert.Equal(1, _channels.Viewers.Sum(v => v.Feeds.Sum(f => f.Skips)));

        static string? Title(ChannelClient viewer) => viewer.Messages[^1].GetProperty("state").TryGetProperty("title", out var title)
            ? title.GetProperty("cue").GetProperty("title").GetString()
            : null;
    }

    [Fact]
    public void An_item_names_the_frame_that_it_goes_with()
    {
        var publisher = _hub.Publish(Stream, Show.Plan(1), new PublishOptions()).Publisher!;
        var (camera, _) = _bench.Connect(new PublisherPeer(publisher), "camera");
        uint newest = 0;
        var viewer = Watch(rtp: packet => newest = packet.Timestamp);
        byte number = 0;
        _bench.Until(() =>
        {
            camera.SendRtp([0x80, 96 | 0x80, 0, ++number, 0, 0, 0, 1, 0, 0, 0, 1, 0x10, 0, 7]);
            return newest != 0 && viewer.Messages.Count > 0;
        });
        Add("c", new ChapterCue("The movement"));
        _bench.Until(() => viewer.Items.Any());
        var stamp = viewer.Messages[^1].GetProperty("videoTimestamp").GetUInt32();
        // What was said later goes with a later frame, within the time that the test took.
        Assert.InRange(stamp - newest, 0u, 90_000u * 60);
    }

    [Fact]
    public void An_association_that_is_broken_off_leaves_the_picture_and_a_viewer_who_leaves_leaves_nothing()
    {
        Peer? peer = null;
        var (first, second) = (Watch(connected: p => peer = p), Watch());
        _bench.Until(() => _channels.Viewers.Count == 2 && first.Messages.Count > 0 && second.Messages.Count > 0);
        first.Session.Association.Abort();
        _bench.Until(() => _channels.Viewers.Count == 1);
        Assert.Equal((true, 1L), (peer!.IsConnected, _channels.Broken));
        Add("t", new TitleCue("Watch night"));
        _bench.Until(() => second.Items.Any());
        foreach (var viewer in _hub.Find(Stream)!.Viewers.ToArray()) Assert.NotNull(viewer.Sink);
        _bench.Dispose();
        Assert.Empty(_channels.Viewers);
    }

    private ChannelClient Watch(string? opens = MetadataViewer.Label, Action<Peer>? connected = null, Action<RtpPacket>? rtp = null)
    {
        var plan = Show.ViewerPlan() with { DataChannel = new DataChannelPlan("data", 5000, 65536) };
        var media = new ViewerPeer(_hub.View(Stream, plan).Viewer!) { Connected = connected };
        _channels.Join(media);
        var (client, _) = _bench.Connect(media, $"viewer-{_ssrc}");
        client.Rtp = (_, bytes, _) =>
        {
            if (rtp is not null && RtpPacket.TryParse(bytes, out var packet)) rtp(packet);
        };
        var viewer = new ChannelClient(client, () => _hub.Clock.ToMicroseconds(_bench.Loop.Clock.Now), opens);
        _bench.Loop.Every(TimeSpan.FromMilliseconds(5), _ => viewer.Tick());
        viewer.Connect();
        return viewer;
    }

    private void Add(string id, MetadataCue cue) => Assert.IsType<MetadataAnswer.Accepted>(
        Done(_metadata.PublishAsync(Stream, id, cue, null, TestContext.Current.CancellationToken)));

    private T Done<T>(Task<T> work)
    {
        _bench.Until(() => work.IsCompleted);
        return work.GetAwaiter().GetResult();
    }
}
