using System.Net;
using System.Net.Security;

// Oblivious to nullability, as the official package is: App compiles against either.
#nullable disable annotations

namespace Marquee.Local.ServiceBus;

/// <summary>Options of a client.</summary>
public class ServiceBusClientOptions
{
    /// <summary>The transport. Only TCP is served here.</summary>
    public ServiceBusTransportType TransportType { get; set; } = ServiceBusTransportType.AmqpTcp;

    /// <summary>Not used over TCP; kept so that the same options compile.</summary>
    public IWebProxy WebProxy { get; set; }

    /// <summary>How a broker's certificate is judged on TLS connections; the platform's rules when not set.</summary>
    public RemoteCertificateValidationCallback CertificateValidationCallback { get; set; }

    /// <summary>Transactions across entities are not served here: setting it true is refused when the client is made.</summary>
    public bool EnableCrossEntityTransactions { get; set; }

    /// <summary>
    /// Where to connect instead of the namespace's host: host, port and scheme are taken (<c>amqp</c> is plain TCP, anything else TLS).
    /// </summary>
    public Uri CustomEndpointAddress { get; set; }

    /// <summary>The bounds of trying again.</summary>
    public ServiceBusRetryOptions RetryOptions
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new();

    /// <summary>How long a silent connection is kept. Default: 1 min.</summary>
    public TimeSpan ConnectionIdleTimeout
    {
        get;
        set => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Above zero.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>A name for the logs; made up when not set.</summary>
    public string Identifier { get; set; }

    /// <summary>The clock of locks, pauses and tokens.</summary>
    internal TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
