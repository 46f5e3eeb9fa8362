using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>Takes scheduled messages that have come due elsewhere; <paramref name="left"/> is to be called once they are gone from the disk.</summary>
internal delegate void DueHandler(IReadOnlyList<(StoredMessage Message, byte[] Content)> due, Action left);

/// <summary>
/// A queue, a subscription or a dead-letter queue: messages in sequence order, locked for receivers, with sessions where
/// configured. All state is under one lock, which is never held while waiting: what goes to the disk is posted, and goes on
/// in the writer's callback. Where two locks are needed the order is topic, queue, dead-letter queue.
/// </summary>
internal sealed partial class MessageQueue : ISendTarget, IDisposable
{
    private readonly Lock _gate;
    private readonly EntityContext _context;
    private readonly QueueConfig _config;
    private readonly int _id;
    private readonly MessageQueue? _deadLetters;
    private readonly DueHandler? _due;
    private readonly DuplicateWindow? _duplicates;
    private readonly DueTimer _timer;
    private readonly Dictionary<long, StoredMessage> _messages = [];
    private readonly SortedSet<long> _order = [];
    private readonly SortedSet<long> _available = [];
    private readonly Dictionary<Guid, StoredMessage> _locks = [];
    private readonly DeadlineSet<long> _expiries = new();
    private readonly DeadlineSet<long> _lockExpiries = new();
    private readonly DeadlineSet<long> _schedule = new();
    private readonly List<IConsumer> _consumers = [];
    private long _nextSequence;
    private long _contentBytes;
    private int _nextConsumer;

    /// <param name="context">What is around it.</param>
    /// <param name="config">Its settings; the name is the full path, such as <c>topic/Subscriptions/sub</c>.</param>
    /// <param name="deadLetters">Where dead-lettered messages go; null for a dead-letter queue itself.</param>
    /// <param name="due">Where scheduled messages go when they are due; null for this queue. With it the queue only holds messages until then.</param>
    /// <param name="gate">The lock to share with an owner that <paramref name="due"/> goes to; null for one of its own.</param>
    public MessageQueue(EntityContext context, QueueConfig config, MessageQueue? deadLetters, DueHandler? due = null, Lock? gate = null)
    {
        _gate = gate ?? new Lock();
        _due = due;
        _context = context;
        _config = config;
        _deadLetters = deadLetters;
        (_id, _nextSequence) = context.Store.OpenEntity(config.Name);
        if (config.DuplicateDetectionWindow is { } window)
            _duplicates = new DuplicateWindow(_id, window, context.Limits.MaxRememberedIds, context.Store.LoadSeenIds(_id));
        _timer = new DueTimer(context.Time, OnTimer);
        lock (_gate)
        {
            foreach (var (session, state) in context.Store.LoadSessionStates(_id))
                Session(session).State = state;
            foreach (var message in context.Store.LoadMessages(_id, context.Budget))
            {
                Index(message);
                Place(message);
            }

            ArmTimer();
        }
    }

    public string Name => _config.Name;

    public QueueConfig Config => _config;

    public MessageQueue? DeadLetters => _deadLetters;

    private DateTimeOffset Now => _context.Time.GetUtcNow();

    private StoreWriter Writer => _context.Store.Writer;

    /// <summary>Messages by what they are doing, for health and tests.</summary>
    public IReadOnlyDictionary<MessageStatus, int> Count()
    {
        lock (_gate)
            return _messages.Values.GroupBy(m => m.Status).ToDictionary(g => g.Key, g => g.Count());
    }

    public void Dispose() => _timer.Dispose();

    private void Index(StoredMessage message)
    {
        _messages.Add(message.Sequence, message);
        _order.Add(message.Sequence);
        _contentBytes += message.ContentLength;
        _nextSequence = Math.Max(_nextSequence, message.Sequence + 1);
    }

    private void Unindex(StoredMessage message)
    {
        if (!_messages.Remove(message.Sequence))
            return;
        _order.Remove(message.Sequence);
        _contentBytes -= message.ContentLength;
        if (message.Content is not null && message.Status != MessageStatus.Arriving)
            _context.Budget.Release(message.ContentLength);
    }

    // Puts a message that nobody holds where its state says it belongs.
    private void Place(StoredMessage message)
    {
        switch (message.State)
        {
            case MessageState.Scheduled:
                message.Status = MessageStatus.Scheduled;
                _schedule.Add(message.ScheduledFor ?? message.EnqueuedAt, message.Sequence);
                return;
            case MessageState.Deferred:
                message.Status = MessageStatus.Deferred;
                break;
            default:
                message.Status = MessageStatus.Available;
                AvailableIn(message).Add(message.Sequence);
                break;
        }

        if (message.ExpiresAt is { } expiry)
            _expiries.Add(expiry, message.Sequence);
    }

    // Takes a message out of where Place put it.
    private void Displace(StoredMessage message)
    {
        switch (message.Status)
        {
            case MessageStatus.Scheduled:
                _schedule.Remove(message.ScheduledFor ?? message.EnqueuedAt, message.Sequence);
                return;
            case MessageStatus.Available:
                AvailableIn(message).Remove(message.Sequence);
                break;
        }

        if (message.ExpiresAt is { } expiry)
            _expiries.Remove(expiry, message.Sequence);
    }

    private SortedSet<long> AvailableIn(StoredMessage message) =>
        _config.RequiresSession && message.SessionId is { } session ? Session(session).Available : _available;

    private byte[] ContentOf(StoredMessage message) => message.Content ?? _context.Store.ReadContent(message.Key);
}
