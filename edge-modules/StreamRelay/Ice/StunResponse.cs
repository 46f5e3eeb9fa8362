using Marquee.StreamRelay.Net;

namespace Marquee.StreamRelay.Ice;

/// <summary>The answers of a lite agent, written into a send slot.</summary>
internal static class StunResponse
{
    public static int Success(Span<byte> slot, in StunMessage request, in PeerAddress from, StunKey key)
    {
        var writer = new StunWriter(slot, StunClass.Success, request.TransactionId);
        writer.XorMappedAddress(from);
        return writer.Finish(key);
    }

    /// <param name="key">Signs the answers to authentic requests; errors of authentication go unsigned (RFC 8489 9.1.3).</param>
    public static int Error(Span<byte> slot, in StunMessage request, IceVerdict verdict, StunKey? key)
    {
        var writer = new StunWriter(slot, StunClass.Error, request.TransactionId);
        switch (verdict)
        {
            case IceVerdict.BadRequest:
                writer.ErrorCode(400, "Bad Request"u8);
                return writer.Finish(null);
            case IceVerdict.Unauthenticated:
                writer.ErrorCode(401, "Unauthenticated"u8);
                return writer.Finish(null);
            case IceVerdict.UnknownAttribute:
                writer.ErrorCode(420, "Unknown Attribute"u8);
                writer.UnknownAttributes(request.UnknownAttribute);
                return writer.Finish(key);
            case IceVerdict.RoleConflict:
                writer.ErrorCode(487, "Role Conflict"u8);
                return writer.Finish(key);
            default:
                throw new ArgumentOutOfRangeException(nameof(verdict));
        }
    }
}
