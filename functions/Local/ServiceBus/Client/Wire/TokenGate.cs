using System.Globalization;
using Amqp;
using Amqp.Framing;

namespace Marquee.Local.ServiceBus.Wire;

/// <summary>
/// Puts a token for each entity to <c>$cbs</c> before a link to it is opened, and a new one before that expires, for as long as the
/// connection lives: a broker closes the links of an expired token.
/// </summary>
internal sealed class TokenGate : IDisposable
{
    /// <summary>How long before its end a token is replaced; half its life if that is sooner.</summary>
    private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(10);

    /// <summary>The pause after a renewal that failed, and the least pause between two rounds.</summary>
    private static readonly TimeSpan RenewPause = TimeSpan.FromSeconds(15);

    private const string CbsNode = "$cbs";

    private readonly Dictionary<string, Admission> _admissions = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lock _lock = new();
    private readonly LiveConnection _connection;
    private readonly BrokerEndpoint _endpoint;
    private readonly ITokenSource _tokens;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _timeout;
    private readonly Reopenable<RequestResponseLink> _cbs;
    private readonly ITimer _renewals;

    internal TokenGate(LiveConnection connection, BrokerEndpoint endpoint, ITokenSource tokens, ServiceBusClientOptions options)
    {
        _connection = connection;
        _endpoint = endpoint;
        _tokens = tokens;
        _timeProvider = options.TimeProvider;
        _timeout = options.RetryOptions.TryTimeout;
        _cbs = new Reopenable<RequestResponseLink>(token => RequestResponseLink.OpenAsync(connection, CbsNode, token), options, CbsNode);
        _renewals = _timeProvider.CreateTimer(_ => _ = RenewAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Times that all tokens were renewed.</summary>
    internal int RenewalRounds { get; private set; }

    /// <exception cref="UnauthorizedAccessException">The broker does not take the token.</exception>
    internal async Task AdmitAsync(string entityPath, CancellationToken cancellationToken)
    {
        Admission admission;
        lock (_lock)
        {
            if (!_admissions.TryGetValue(entityPath, out admission!) || admission.IsStale(_timeProvider.GetUtcNow()))
                _admissions[entityPath] = admission = new Admission(PutTokenAsync(entityPath));
        }

        await admission.ExpiresAt.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _renewals.Dispose();

    private async Task<DateTimeOffset> PutTokenAsync(string entityPath)
    {
        await Task.Yield();
        var audience = _endpoint.Audience(entityPath);
        var token = await _tokens.GetAsync(audience, CancellationToken.None).ConfigureAwait(false);
        var request = new Message(token.Value)
        {
            ApplicationProperties = new ApplicationProperties
            {
                ["operation"] = "put-token",
                ["type"] = _tokens.TokenType,
                ["name"] = audience.AbsoluteUri,
                ["expiration"] = token.ExpiresAt.UtcDateTime,
            },
        };
        var cbs = await _cbs.GetAsync(CancellationToken.None).ConfigureAwait(false);
        var reply = await cbs.AskAsync(request, _timeout, _timeProvider, CancellationToken.None).ConfigureAwait(false);
        var status = Convert.ToInt32(
            reply.ApplicationProperties?["status-code"] ?? reply.ApplicationProperties?["statusCode"] ?? 500,
            CultureInfo.InvariantCulture);
        if (status is not (200 or 202))
        {
            var description = reply.ApplicationProperties?["status-description"] ?? reply.ApplicationProperties?["statusDescription"];
            throw status is 401 or 403
                ? new UnauthorizedAccessException($"The broker refused the token for '{entityPath}': {description}")
                : AmqpFaults.ToException(AmqpFaults.ConditionOf(status, ofSession: false), description as string, entityPath);
        }

        ScheduleRenewal(token.ExpiresAt);
        return token.ExpiresAt;
    }

    private void ScheduleRenewal(DateTimeOffset expiresAt)
    {
        var left = expiresAt - _timeProvider.GetUtcNow();
        var due = left - RenewBefore > left / 2 ? left - RenewBefore : left / 2;
        _renewals.Change(due > RenewPause ? due : RenewPause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>All entities at once: they are few, and their tokens were made within moments of each other.</summary>
    private async Task RenewAsync()
    {
        string[] entities;
        lock (_lock)
            entities = [.. _admissions.Keys];
        foreach (var entityPath in entities)
        {
            if (!_connection.IsOpen)
                return;
            var renewed = new Admission(PutTokenAsync(entityPath));
            await ((Task)renewed.ExpiresAt).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (renewed.ExpiresAt.IsCompletedSuccessfully)
                lock (_lock)
                    _admissions[entityPath] = renewed;
            else if (_connection.IsOpen)
                _renewals.Change(RenewPause, Timeout.InfiniteTimeSpan);
        }

        RenewalRounds++;
    }

    private sealed class Admission(Task<DateTimeOffset> expiresAt)
    {
        internal Task<DateTimeOffset> ExpiresAt => expiresAt;

        internal bool IsStale(DateTimeOffset now) =>
            expiresAt.IsFaulted || expiresAt.IsCanceled || (expiresAt.IsCompletedSuccessfully && expiresAt.Result <= now);
    }
}
