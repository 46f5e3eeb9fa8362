using System.Buffers.Text;
using System.Text.Json;

namespace Marquee.StreamRelay.Metadata;

/// <summary>
/// What viewers read in the data channel, a text message each. First
/// <c>{"type":"snapshot","streamId":…,"state":{"sequence":17,"title":item,"chapter":item,"product":item}}</c>, a slot that is empty left out;
/// then, in order, <c>{"type":"item","videoTimestamp":…,"item":{"sequence":18,"id":…,"mediaTimeMilliseconds":…,"cue":{"kind":…}}}</c>.
/// <c>videoTimestamp</c> is the RTP timestamp, in this viewer's video track, of the frame that the item goes with; left out while there is
/// none. A snapshot in between stands for items that are gone: the viewer was too slow for them.
/// </summary>
internal sealed class MetadataMessages
{
    private static readonly byte[] Head = "{\"type\":\"item\","u8.ToArray();
    private static readonly byte[] Timestamp = "\"videoTimestamp\":"u8.ToArray();

    private readonly byte[] _buffer = new byte[MetadataItem.MaxBytes + 128];
    private MetadataItem? _item;
    private byte[] _json = [];

    public static byte[] Snapshot(string streamId, MetadataState state) =>
        JsonSerializer.SerializeToUtf8Bytes(new SnapshotMessage("snapshot", streamId, state), MetadataJson.Options);

    /// <returns>Valid until the next call.</returns>
    public ReadOnlySpan<byte> Item(MetadataItem item, uint? videoTimestamp)
    {
        if (!ReferenceEquals(item, _item)) (_item, _json) = (item, item.ToJson()); // the same for each of the viewers
        var length = 0;
        Add(ref length, Head);
        if (videoTimestamp is { } timestamp)
        {
            Add(ref length, Timestamp);
            Utf8Formatter.TryFormat(timestamp, _buffer.AsSpan(length), out var digits);
            length += digits;
            _buffer[length++] = (byte)',';
        }
        Add(ref length, "\"item\":"u8);
        Add(ref length, _json);
        _buffer[length++] = (byte)'}';
        return _buffer.AsSpan(0, length);
    }

    private void Add(ref int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(length));
        length += text.Length;
    }

    private sealed record SnapshotMessage(string Type, string StreamId, MetadataState State);
}
