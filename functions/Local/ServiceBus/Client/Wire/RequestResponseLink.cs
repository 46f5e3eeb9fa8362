using System.Collections.Concurrent;
using System.Globalization;
using Amqp;
using Amqp.Framing;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>Questions to a node (<c>$cbs</c>, an entity's <c>$management</c>) and the answers, matched by correlation id.</summary>
internal sealed class RequestResponseLink : IOpened
{
    /// <summary>Answers the node may send before we have taken the first.</summary>
    private const int ReplyCredit = 100;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _asked = new(StringComparer.Ordinal);
    private readonly OpenedLink<SenderLink> _requests;
    private readonly OpenedLink<ReceiverLink> _replies;
    private readonly string _replyTo;
    private long _lastId;

    private RequestResponseLink(OpenedLink<SenderLink> requests, OpenedLink<ReceiverLink> replies, string replyTo)
    {
        _requests = requests;
        _replies = replies;
        _replyTo = replyTo;
        replies.Link.Start(ReplyCredit, OnReply);
        _ = FailWhenClosedAsync(replies.Closed);
        _ = FailWhenClosedAsync(requests.Closed);
    }

    public bool IsOpen => _requests.IsOpen && _replies.IsOpen;

    internal static async Task<RequestResponseLink> OpenAsync(LiveConnection connection, string node, CancellationToken cancellationToken)
    {
        var name = connection.NextLinkName(node);
        var replies = await OpenedLink<ReceiverLink>.AttachAsync(
            connection,
            node,
            (session, onAttached) => new ReceiverLink(
                session,
                name + "-replies",
                new Attach
                {
                    Source = new Source { Address = node },
                    Target = new Target { Address = name + "-replies" },
                    SndSettleMode = SenderSettleMode.Settled,
                },
                onAttached),
            cancellationToken).ConfigureAwait(false);
        try
        {
            var requests = await OpenedLink<SenderLink>.AttachAsync(
                connection,
                node,
                (session, onAttached) => new SenderLink(session, name, new Target { Address = node }, onAttached),
                cancellationToken).ConfigureAwait(false);
            return new RequestResponseLink(requests, replies, name + "-replies");
        }
        catch
        {
            await replies.CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <param name="request">The question; its ids are set here.</param>
    /// <param name="timeout">How long to wait for the answer.</param>
    /// <param name="timeProvider">The clock of the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<Message> AskAsync(Message request, TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId).ToString(CultureInfo.InvariantCulture);
        var answered = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        request.Properties = new Properties { MessageId = id, ReplyTo = _replyTo };
        _asked[id] = answered;
        try
        {
            if (!IsOpen)
                throw AmqpFaults.ConnectionLost(_requests.EntityPath, "The link to the node was closed.");
            _requests.Link.Send(request, null, null, null);
            return await answered.Task.WaitAsync(timeout, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (AmqpFaults.ToException(exception, _requests.EntityPath) is var known && known != exception)
        {
            throw known;
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    public async Task CloseAsync()
    {
        await _requests.CloseAsync().ConfigureAwait(false);
        await _replies.CloseAsync().ConfigureAwait(false);
    }

    private void OnReply(IReceiverLink link, Message reply)
    {
        link.Accept(reply);
        if (reply.Properties?.GetCorrelationId()?.ToString() is { } id && _asked.TryRemove(id, out var answered))
            answered.TrySetResult(reply);
    }

    private async Task FailWhenClosedAsync(Task<Error?> closed)
    {
        var error = await closed.ConfigureAwait(false);
        foreach (var id in _asked.Keys)
            if (_asked.TryRemove(id, out var answered))
                answered.TrySetException(AmqpFaults.ToException(error, _requests.EntityPath));
    }
}
