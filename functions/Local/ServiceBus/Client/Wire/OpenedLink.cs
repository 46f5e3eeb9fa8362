using Amqp;
using Amqp.Framing;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>An attached link with a session of its own, so that its windows and settlements are its own too.</summary>
internal sealed class OpenedLink<TLink> : IOpened
    where TLink : Link
{
    /// <summary>How long the broker has to answer a detach before the link is given up.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<Error?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OpenedLink(LiveConnection connection, string entityPath, Session session, TLink link, Attach remote)
    {
        Connection = connection;
        EntityPath = entityPath;
        Session = session;
        Link = link;
        Remote = remote;
        link.AddClosedCallback((_, error) => _closed.TrySetResult(error));
        _ = EndWithConnectionAsync();
    }

    internal LiveConnection Connection { get; }

    internal string EntityPath { get; }

    internal Session Session { get; }

    internal TLink Link { get; }

    /// <summary>The broker's half of the attach.</summary>
    internal Attach Remote { get; }

    /// <summary>Completes when the link is gone, with what the broker said, if it said anything.</summary>
    internal Task<Error?> Closed => _closed.Task;

    public bool IsOpen => !Link.IsClosed && !Session.IsClosed && Connection.IsOpen;

    /// <param name="connection">The connection.</param>
    /// <param name="entityPath">The entity, for errors.</param>
    /// <param name="create">Makes the link in a session; it must pass the callback on.</param>
    /// <param name="cancellationToken">Ends the wait for the broker's answer. What was begun is then taken back.</param>
    internal static async Task<OpenedLink<TLink>> AttachAsync(
        LiveConnection connection,
        string entityPath,
        Func<Session, OnAttached, TLink> create,
        CancellationToken cancellationToken)
    {
        var attached = new TaskCompletionSource<Attach>(TaskCreationOptions.RunContinuationsAsynchronously);
        Session? session = null;
        TLink? link = null;
        try
        {
            session = new Session(connection.Amqp);
            link = create(session, (_, remote) =>
            {
                // A refusal is an attach without a terminus, followed by a detach that says why.
                if (remote.Role ? remote.Target is not null : remote.Source is not null)
                    attached.TrySetResult(remote);
            });
            link.AddClosedCallback((_, error) => attached.TrySetException(AmqpFaults.ToException(error, entityPath)));

            // A link begun while its connection ends may be told of neither: the connection's own end is what counts.
            await Task.WhenAny(attached.Task, connection.Closed).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!attached.Task.IsCompleted)
                throw AmqpFaults.ConnectionLost(entityPath, "The connection was lost.");
            var remote = await attached.Task.ConfigureAwait(false);
            return new OpenedLink<TLink>(connection, entityPath, session, link, remote);
        }
        catch (Exception exception)
        {
            // Not waited for: whoever gave up should not wait on a broker that does not answer.
            _ = TakeBackAsync(link, session);
            if (AmqpFaults.ToException(exception, entityPath) is var known && known != exception)
                throw known;
            throw;
        }
    }

    public Task CloseAsync() => TakeBackAsync(Link, Session);

    /// <summary>A link whose connection ends while it is being attached may never be told: the connection's end is the link's.</summary>
    private async Task EndWithConnectionAsync()
    {
        await Task.WhenAny(_closed.Task, Connection.Closed).ConfigureAwait(false);
        _closed.TrySetResult(null);
    }

    private static async Task TakeBackAsync(TLink? link, Session? session)
    {
        await CloseQuietlyAsync(link).ConfigureAwait(false);
        await CloseQuietlyAsync(session).ConfigureAwait(false);
    }

    private static async Task CloseQuietlyAsync(AmqpObject? thing)
    {
        if (thing is null || thing.IsClosed)
            return;
        try
        {
            await thing.CloseAsync(CloseTimeout, null).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmqpException or TimeoutException or ObjectDisposedException or IOException)
        {
            // It is gone either way.
        }
    }
}
