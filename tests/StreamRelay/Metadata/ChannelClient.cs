using System.Text.Json;
using Marquee.StreamRelay.Sctp;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.StreamRelay.Tests.Metadata;

/// <summary>A viewer's data channels on a test client: ours on both ends, over its DTLS. On the client's loop.</summary>
internal sealed class ChannelClient : IDataChannelOwner
{
    private readonly TestClient _client;
    private readonly Func<long> _nowUs;
    private readonly string? _opens;
    private uint _random = 99;

    /// <param name="opens">The label of a channel that it opens itself, as a browser does.</param>
    public ChannelClient(TestClient client, Func<long> nowUs, string? opens)
    {
        (_client, _nowUs, _opens) = (client, nowUs, opens);
        Session = new DataChannelSession(this, isDtlsClient: true, new SctpSettings(), nowUs());
        client.Data = packet =>
        {
            if (!IsDeaf) Session.Receive(packet, nowUs());
        };
    }

    public DataChannelSession Session { get; }

    /// <summary>Loses all that comes.</summary>
    public bool IsDeaf { get; set; }

    public List<JsonElement> Messages { get; } = [];

    public List<string> Channels { get; } = [];

    public JsonElement Snapshot => Messages.First(m => m.GetProperty("type").GetString() == "snapshot");

    /// <summary>Ids of the items that came.</summary>
    public IEnumerable<string?> Items => Messages
        .Where(m => m.GetProperty("type").GetString() == "item")
        .Select(m => m.GetProperty("item").GetProperty("id").GetString());

    public void Connect() => Session.Association.Connect(_nowUs());

    public void Tick() => Session.Tick(_nowUs());

    public void Transmit(ReadOnlySpan<byte> packet) => _client.SendData(packet);

    public uint NextRandom() => _random += 0x9E3779B9;

    public void OnUp()
    {
        if (_opens is not null) Session.Open(new DataChannelOpen(_opens), _nowUs());
    }

    public void OnChannel(DataChannel channel) => Channels.Add(channel.Label);

    public void OnMessage(DataChannel channel, ReadOnlySpan<byte> message, bool isText)
    {
        Assert.True(isText);
        var reader = new Utf8JsonReader(message);
        Messages.Add(JsonElement.ParseValue(ref reader));
    }

    public void OnRoom()
    {
    }

    public void OnEnded(SctpEnd reason)
    {
    }
}
