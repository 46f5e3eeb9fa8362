using Marquee.Local.ServiceBus.Broker.Config;
using Marquee.Local.ServiceBus.Broker.Filters;
using Marquee.Local.ServiceBus.Broker.Messages;
using Marquee.Local.ServiceBus.Broker.Storage;

namespace Marquee.Local.ServiceBus.Broker.Entities;

/// <summary>A topic: copies each message to the subscriptions whose rules match, in one commit. Holds scheduled messages itself until they are due.</summary>
internal sealed class Topic : ISendTarget, IDisposable
{
    private readonly Lock _gate = new();
    private readonly EntityContext _context;
    private readonly TopicConfig _config;
    private readonly MessageQueue _scheduled;
    private readonly DuplicateWindow? _duplicates;
    private readonly int _id;
    private long _enqueued;

    public Topic(EntityContext context, TopicConfig config, IReadOnlyList<(SubscriptionConfig Config, MessageQueue Queue)> subscriptions)
    {
        _context = context;
        _config = config;
        Subscriptions = subscriptions;
        (_id, _enqueued) = context.Store.OpenEntity(config.Name);
        if (config.DuplicateDetectionWindow is { } window)
            _duplicates = new DuplicateWindow(_id, window, context.Limits.MaxRememberedIds, context.Store.LoadSeenIds(_id));
        var holding = new QueueConfig { Name = config.Name, DefaultMessageTimeToLive = config.DefaultMessageTimeToLive };
        _scheduled = new MessageQueue(context, holding, deadLetters: null, Publish, _gate);
    }

    public string Name => _config.Name;

    public TopicConfig Config => _config;

    public IReadOnlyList<(SubscriptionConfig Config, MessageQueue Queue)> Subscriptions { get; }

    public void Send(IReadOnlyList<IncomingMessage> messages, Action<BrokerError?> done) => Accept(messages, (_, error) => done(error));

    public void Schedule(IReadOnlyList<IncomingMessage> messages, Action<long[], BrokerError?> done) => Accept(messages, done);

    public void CancelScheduled(IReadOnlyList<long> sequences, Action<BrokerError?> done) => _scheduled.CancelScheduled(sequences, done);

    /// <summary>Messages that wait for their time.</summary>
    public IReadOnlyList<Delivery> Peek(long fromSequence, int most) => _scheduled.Peek(fromSequence, most, null);

    public void Dispose() => _scheduled.Dispose();

    private void Accept(IReadOnlyList<IncomingMessage> messages, Action<long[], BrokerError?> done)
    {
        BrokerError? refusal;
        lock (_gate)
        {
            refusal = _scheduled.Refusal(messages);
            foreach (var (_, queue) in Subscriptions)
                refusal ??= queue.Refusal(messages);
            if (refusal is null)
            {
                var now = _context.Time.GetUtcNow();
                var operations = new List<StoreOperation>();
                var arrivals = new Arrivals();
                var sequences = new long[messages.Count];
                for (var i = 0; i < messages.Count; i++)
                {
                    if (_duplicates is not null && messages[i].MessageId is { } id && !_duplicates.TryRemember(id, now, operations))
                        continue;
                    sequences[i] = messages[i].ScheduledFor > now
                        ? arrivals.Add(_scheduled, _scheduled.Reserve(messages[i], operations))
                        : Copy(messages[i], now, arrivals, operations);
                }

                _context.Store.Writer.Post(operations, error =>
                {
                    arrivals.Arrive(error);
                    done(sequences, BrokerError.From(error));
                });
                return;
            }
        }

        done([], refusal);
    }

    // Called under the lock, which the holding place shares. Scheduled messages have come due: out of the holding place and into the subscriptions in one commit.
    private void Publish(IReadOnlyList<(StoredMessage Message, byte[] Content)> due, Action left)
    {
        lock (_gate)
        {
            var now = _context.Time.GetUtcNow();
            var operations = new List<StoreOperation>();
            var arrivals = new Arrivals();
            foreach (var (stored, content) in due)
            {
                operations.Add(new DeleteMessage(stored.Key));
                var message = new IncomingMessage
                {
                    Content = content,
                    MessageId = stored.MessageId,
                    SessionId = stored.SessionId,
                    TimeToLive = stored.TimeToLive,
                    View = MessageContent.ViewOf(content, stored),
                };
                Copy(message, now, arrivals, operations);
            }

            _context.Store.Writer.Post(operations, error =>
            {
                left();
                arrivals.Arrive(error);
            });
        }
    }

    private long Copy(IncomingMessage message, DateTimeOffset now, Arrivals arrivals, List<StoreOperation> operations)
    {
        var sequence = _enqueued++;
        operations.Add(new AdvanceSequence(_id, _enqueued));
        var ttl = message.TimeToLive is { } own && own < _config.DefaultMessageTimeToLive ? own
            : _config.DefaultMessageTimeToLive == TimeSpan.MaxValue ? message.TimeToLive : _config.DefaultMessageTimeToLive;
        var view = message.View with { EnqueuedTimeUtc = now.UtcDateTime };
        foreach (var (config, queue) in Subscriptions)
        {
            // A session subscription cannot hold a message without a session; the service refuses it at the filter too.
            if (Matches(config, view) && (!config.Queue.RequiresSession || message.SessionId is not null))
                arrivals.Add(queue, queue.Reserve(message with { TimeToLive = ttl, ScheduledFor = null }, operations, sequence));
        }

        return sequence;
    }

    private static bool Matches(SubscriptionConfig subscription, MessageView view)
    {
        foreach (var rule in subscription.Rules)
        {
            try
            {
                if (rule.Filter.Matches(view))
                    return true;
            }
            catch (FilterEvaluationException)
            {
                // An expression that cannot be computed for a message does not match it.
            }
        }

        return false;
    }

    /// <summary>Messages on their way into several queues.</summary>
    private sealed class Arrivals
    {
        private readonly List<(MessageQueue Queue, StoredMessage Message)> _list = [];

        public long Add(MessageQueue queue, StoredMessage message)
        {
            _list.Add((queue, message));
            return message.Sequence;
        }

        public void Arrive(Exception? error)
        {
            foreach (var group in _list.GroupBy(a => a.Queue, a => a.Message))
                group.Key.Arrive(group, error);
        }
    }
}
