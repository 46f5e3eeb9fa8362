using Marquee.StreamRelay.Loop;
using Marquee.StreamRelay.Tests.Peers;

namespace Marquee.Benchmarks.Relay;

/// <summary>A relay that carries the load: how a camera and a viewer get in.</summary>
internal interface IRelayTarget : IAsyncDisposable
{
    string Name { get; }

    MeasuredServer Server { get; }

    /// <summary>Starts the stream.</summary>
    Task<Camera> PublishAsync(Swarm swarm, CancellationToken cancellation);

    /// <summary>Bytes that its media path has allocated; null when nobody counts them.</summary>
    Task<long?> AllocatedBytesAsync(CancellationToken cancellation);

    /// <summary>A client that suits the relay's ICE.</summary>
    TestClient NewViewer(MediaLoop loop);

    /// <summary>Negotiates a viewer's session and connects the client.</summary>
    Task ViewAsync(Swarm swarm, TestClient client, CancellationToken cancellation);
}
