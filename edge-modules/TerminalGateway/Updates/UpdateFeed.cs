using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Marquee.Domain.Contracts;

namespace Marquee.TerminalGateway.Updates;

/// <summary>
/// News as it happens, and the last <see cref="Kept"/> of it for readers that come back. It is a convenience: what counts is in the store, and a
/// reader that has missed too much is told to look there.
/// </summary>
internal sealed class UpdateFeed(TimeProvider time)
{
    public const int Kept = 1024;
    public const int MaxReaders = 256;
    public const int MaxReadersPerTerminal = 2;

    private readonly Lock _gate = new();
    private readonly Queue<Update> _kept = new(Kept);
    private readonly List<UpdateReader> _readers = [];

    // Tells this life's numbers from those of an earlier one.
    private readonly string _life = time.GetUtcNow().UtcTicks.ToString("x", CultureInfo.InvariantCulture);
    private long _last;

    public void Publish(string type, string? terminalId, object data)
    {
        var json = JsonSerializer.SerializeToElement(data, ContractJson.Options);
        lock (_gate)
        {
            var update = new Update(++_last, type, terminalId, json);
            if (_kept.Count == Kept) _kept.Dequeue();
            _kept.Enqueue(update);
            foreach (var reader in _readers.Where(r => IsFor(update, r.TerminalId))) reader.Offer(update);
        }
    }

    /// <summary>
    /// A reader that goes on behind <paramref name="lastEventId"/>, or begins now when that is null. Null when there are too many. Dispose it.
    /// </summary>
    public UpdateReader? TrySubscribe(string terminalId, string? lastEventId)
    {
        lock (_gate)
        {
            if (_readers.Count >= MaxReaders || _readers.Count(r => r.TerminalId == terminalId) >= MaxReadersPerTerminal) return null;
            var after = lastEventId is null ? _last : NumberOf(lastEventId);
            var missed = _kept.Where(u => u.Number > after && IsFor(u, terminalId)).ToList();
            // An id of another life, one that is no longer kept, or more than a reader may have waiting.
            var lost = after is null || after > _last || (_kept.TryPeek(out var oldest) && after < oldest.Number - 1) || missed.Count > UpdateReader.MaxWaiting;
            var reader = new UpdateReader(terminalId, lost, Leave);
            if (!lost) missed.ForEach(reader.Offer);
            _readers.Add(reader);
            return reader;
        }
    }

    public string IdOf(long number) => string.Create(CultureInfo.InvariantCulture, $"{_life}-{number}");

    /// <summary>The id to come back with for who has read all there is.</summary>
    public string LastId
    {
        get
        {
            lock (_gate) return IdOf(_last);
        }
    }

    private static bool IsFor(Update update, string terminalId) => update.TerminalId is null || update.TerminalId == terminalId;

    private long? NumberOf(string id) =>
        id.StartsWith(_life + "-", StringComparison.Ordinal) && long.TryParse(id.AsSpan(_life.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private void Leave(UpdateReader reader)
    {
        lock (_gate) _readers.Remove(reader);
    }
}

/// <summary>One reader's place in the feed.</summary>
/// <param name="lost">Whether it has missed something that is not known any more.</param>
internal sealed class UpdateReader(string terminalId, bool lost, Action<UpdateReader> leave) : IDisposable
{
    /// <summary>News that may wait for a reader; with one more it is dropped, for it can come back and nobody waits for it.</summary>
    public const int MaxWaiting = 64;

    private readonly Channel<Update> _waiting = Channel.CreateBounded<Update>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    public string TerminalId => terminalId;

    public bool Lost => lost;

    /// <summary>Ends, once it is empty, when the reader was too slow.</summary>
    public ChannelReader<Update> Waiting => _waiting.Reader;

    public void Dispose() => leave(this);

    internal void Offer(Update update)
    {
        if (!_waiting.Writer.TryWrite(update)) _waiting.Writer.TryComplete();
    }
}
