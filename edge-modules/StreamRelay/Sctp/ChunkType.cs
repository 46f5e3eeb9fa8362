namespace Marquee.StreamRelay.Sctp;

internal enum ChunkType : byte
{
    Data = 0,
    Init = 1,
    InitAck = 2,
    Sack = 3,
    Heartbeat = 4,
    HeartbeatAck = 5,
    Abort = 6,
    Shutdown = 7,
    ShutdownAck = 8,
    Error = 9,
    CookieEcho = 10,
    CookieAck = 11,
    ShutdownComplete = 14,

    /// <summary>RFC 3758.</summary>
    ForwardTsn = 192,
}

/// <summary>What the two high bits of an unknown chunk or parameter ask for (RFC 9260 3.2, 3.2.1).</summary>
[Flags]
internal enum UnknownAction
{
    /// <summary>The rest of the packet, or of the chunk, is not looked at.</summary>
    Stop = 0,

    /// <summary>Tell the sender.</summary>
    Report = 1,

    /// <summary>Pass over it.</summary>
    Skip = 2,
}

/// <summary>Causes in ABORT and ERROR (RFC 9260 3.3.10).</summary>
internal enum ErrorCause : ushort
{
    InvalidStream = 1,
    MissingParameter = 2,
    StaleCookie = 3,
    OutOfResource = 4,
    UnrecognisedChunk = 6,
    UnrecognisedParameters = 8,
    NoUserData = 9,
    CookieWhileShuttingDown = 10,
    UserInitiated = 12,
    ProtocolViolation = 13,
}

/// <summary>Parameters of INIT and INIT ACK.</summary>
internal enum ParameterType : ushort
{
    StateCookie = 7,
    UnrecognisedParameter = 8,

    /// <summary>RFC 5061: the chunks that the sender knows beyond the base.</summary>
    SupportedExtensions = 0x8008,

    /// <summary>RFC 3758.</summary>
    ForwardTsnSupported = 0xC000,
}
