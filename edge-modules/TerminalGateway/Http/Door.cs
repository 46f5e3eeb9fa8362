namespace Marquee.TerminalGateway.Http;

/// <summary>The gateway's listeners: each is for its own callers, and an endpoint is behind those that it says and no other.</summary>
[Flags]
internal enum Door
{
    /// <summary>Plain HTTP on the loopback interface, or behind the venue's own proxy: staff, health.</summary>
    Staff = 1,

    /// <summary>Mutual TLS: paired terminals.</summary>
    Terminals = 2,

    /// <summary>TLS without a client certificate: terminals that are being paired.</summary>
    Pairing = 4,
}

/// <summary>By which listener a connection came in: a feature of the connection, and so of its requests.</summary>
internal sealed record EnteredBy(Door Door);

/// <summary>By which listeners an endpoint can be reached; one that says nothing is the staff's.</summary>
internal sealed record BehindDoor(Door Doors);

internal static class DoorConventions
{
    public static TBuilder Behind<TBuilder>(this TBuilder builder, Door doors)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(endpoint => endpoint.Metadata.Add(new BehindDoor(doors)));
        return builder;
    }
}
