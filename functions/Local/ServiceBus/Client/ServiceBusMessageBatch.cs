using Marquee.Local.ServiceBus.Wire;

// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>Messages that are sent together: all are stored or none. Not safe for concurrent use.</summary>
public sealed class ServiceBusMessageBatch : IDisposable
{
    private readonly List<EncodedMessage> _encoded = [];
    private readonly IList<ServiceBusMessage> _store;
    private readonly Func<ServiceBusMessage, bool> _accepts;
    private readonly TimeProvider _timeProvider;
    private readonly long? _fixedSize;
    private long _sizeInBytes;
    private bool _disposed;

    internal ServiceBusMessageBatch(long maxSizeInBytes, TimeProvider timeProvider)
    {
        MaxSizeInBytes = maxSizeInBytes;
        _timeProvider = timeProvider;
    }

    /// <summary>A batch of a test's making: its size is given, and what it takes is up to the test.</summary>
    internal ServiceBusMessageBatch(
        long batchSizeBytes,
        IList<ServiceBusMessage> store,
        long maxSizeInBytes,
        Func<ServiceBusMessage, bool> accepts)
        : this(maxSizeInBytes, TimeProvider.System)
    {
        _fixedSize = batchSizeBytes;
        _store = store;
        _accepts = accepts;
    }

    /// <summary>The most the batch holds, in encoded bytes.</summary>
    public long MaxSizeInBytes { get; }

    /// <summary>The encoded size so far, in bytes, with the batch's own envelope.</summary>
    public long SizeInBytes => _fixedSize ?? _sizeInBytes;

    /// <summary>Messages in the batch.</summary>
    public int Count => _store?.Count ?? _encoded.Count;

    /// <summary>Adds a message if it fits; false, and no change, if it does not.</summary>
    public bool TryAddMessage(ServiceBusMessage message)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(message);
        if (_store is not null)
        {
            if (!_accepts(message))
                return false;
            _store.Add(message);
            return true;
        }

        var encoded = MessageEncoder.Encode(message, _timeProvider);
        var size = _sizeInBytes + MessageEncoder.SizeInBatch(encoded, first: _encoded.Count == 0);
        if (size > MaxSizeInBytes)
            return false;
        _encoded.Add(encoded);
        _sizeInBytes = size;
        return true;
    }

    /// <summary>Forgets the messages.</summary>
    public void Dispose()
    {
        _disposed = true;
        _encoded.Clear();
    }

    internal EncodedMessage ToAmqp()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return MessageEncoder.Batch(_store is null ? _encoded : [.. _store.Select(message => MessageEncoder.Encode(message, _timeProvider))]);
    }
}
