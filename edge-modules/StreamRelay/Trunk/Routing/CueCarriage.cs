using Marquee.StreamRelay.Metadata;

namespace Marquee.StreamRelay.Trunk.Routing;

/// <summary>
/// Brings metadata along with its stream. Who follows a stream says up to where it has the timeline and gets the next slice; who has all
/// gets what is new when it comes. So nothing is sent that is not asked for, and after whatever loss the question is simply put again.
/// </summary>
internal sealed class CueCarriage
{
    /// <summary>The question is put again after this time even if nothing seems to be missing.</summary>
    private const long AskUs = 2_000_000;

    private readonly TrunkNode _node;
    private readonly Offers _offers;
    private readonly Fetches _fetches;
    private readonly ITimelines _timelines;
    private readonly Dictionary<(Neighbour Neighbour, string StreamId), long> _waiting = [];
    private long _askDueUs;

    public CueCarriage(TrunkNode node, Offers offers, Fetches fetches, ITimelines timelines)
    {
        (_node, _offers, _fetches, _timelines) = (node, offers, fetches, timelines);
        timelines.Advanced += OnAdvanced;
    }

    /// <summary>A neighbour tells up to where it has a stream's timeline.</summary>
    public void OnHave(Neighbour neighbour, HaveCues have)
    {
        if (_offers.Find(have.StreamId) is not { } outlet || !outlet.Subscribers.Contains(neighbour)) return;
        if (_timelines.ItemsAfter(have.StreamId, have.Last) is { } slice) Send(neighbour, slice);
        else _waiting[(neighbour, have.StreamId)] = have.Last;
    }

    public void OnCues(Neighbour neighbour, Cues cues)
    {
        if (_fetches.IsSubscribed(neighbour, cues.StreamId) && MetadataSlice.TryDecode(cues.Slice, out var slice) && slice.StreamId == cues.StreamId)
            _timelines.ApplyRemote(slice);
    }

    public void Ask(Neighbour neighbour, string streamId) => _node.Send(neighbour, new HaveCues(streamId, _timelines.Last(streamId)));

    public void Forget(Neighbour neighbour) => _waiting.Keys.Where(w => ReferenceEquals(w.Neighbour, neighbour)).ToList().ForEach(w => _waiting.Remove(w));

    public void Sync(long nowUs)
    {
        if (nowUs < _askDueUs) return;
        _askDueUs = nowUs + AskUs;
        foreach (var (neighbour, streamId) in _fetches.Subscribed) Ask(neighbour, streamId);
    }

    private void OnAdvanced(string streamId)
    {
        foreach (var (neighbour, of) in _fetches.Subscribed)
        {
            if (of == streamId) Ask(neighbour, streamId);
        }
        if (_offers.Find(streamId) is not { } outlet) return;
        foreach (var subscriber in outlet.Subscribers)
        {
            if (_waiting.Remove((subscriber, streamId), out var last) && _timelines.ItemsAfter(streamId, last) is { } slice) Send(subscriber, slice);
        }
    }

    private void Send(Neighbour neighbour, MetadataSlice slice) => _node.Send(neighbour, new Cues(slice.StreamId, slice.Encode()));
}
